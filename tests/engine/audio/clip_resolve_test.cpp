// resolve_clips: from what a session says to frames.

#include <cmath>
#include <limits>

#include "engine/audio/clip_track.h"
#include "tests/engine/audio/memory_source.h"

namespace dubplate::audio {
namespace {

using session::Clip;
using session::FadeShape;
using session::Overlap;
using session::Unit;

constexpr double kRate = 48000.0;

session::Quantity quantity(const char* text) { return session::parse_quantity(text).value(); }

struct Fixture {
    Fixture() {
        track.name = "Vox";
        track.layout = {Layout::Kind::mono, 1};
        session.file = "song.dub.json";
    }
    Clip& add(FrameCount start = 0) {
        Clip clip;
        clip.file = "take.wav";
        clip.start = session::frames(static_cast<double>(start));
        track.clips.push_back(clip);
        sources.push_back(&source);
        return track.clips.back();
    }
    Result<std::vector<ResolvedClip>> resolve() {
        diagnostics.clear();
        const auto tempo_map = session::TempoMap::create({{session::frames(0), 120.0, false}}, {}, kRate).value();
        return resolve_clips(session, track, tempo_map, sources, diagnostics);
    }
    ResolvedClip resolved() { return resolve().value().at(0); }
    /// Code and message of the error, which must name the place.
    std::string error(const char* where = "strip 'Vox' / clip 1") {
        const auto clips = resolve();
        if (clips) return "none";
        EXPECT_EQ(clips.error().code, ErrorCode::bad_argument);
        EXPECT_EQ(clips.error().where, where);
        return clips.error().message;
    }

    session::Session session;
    session::Strip track;
    test::MemorySource source{test::noise_channels(1, 96000)};
    std::vector<const Source*> sources;
    Diagnostics diagnostics;
};

TEST(ClipResolve, APlainClipIsTheWholeFile) {
    Fixture fixture;
    fixture.add(1000);
    const auto clip = fixture.resolved();
    EXPECT_EQ(clip.start, 1000);
    EXPECT_EQ(clip.length, 96000);
    EXPECT_EQ(clip.offset, 0);
    EXPECT_EQ(clip.gain, 1.0);
    EXPECT_EQ(clip.channels, std::vector<int>{0});
    EXPECT_EQ(clip.fade_in.frames, 0);
    EXPECT_TRUE(fixture.diagnostics.empty());
}

TEST(ClipResolve, TimesGoThroughTheTempoMap) {
    Fixture fixture;
    Clip& clip = fixture.add();
    clip.start = quantity("2|1|0");
    clip.offset = quantity("250 ms");
    clip.length = quantity("1/4");
    clip.fade_in.length = quantity("1/16");
    clip.fade_out = {quantity("10 ms"), FadeShape::s_curve, 0.0};
    clip.gain_points = {{quantity("1/8"), quantity("-3 dB"), session::Shape::curve, 0.5}};
    const auto resolved = fixture.resolved();
    EXPECT_EQ(resolved.start, 96000);
    EXPECT_EQ(resolved.offset, 12000);
    EXPECT_EQ(resolved.length, 24000);
    EXPECT_EQ(resolved.fade_in.frames, 6000);
    EXPECT_EQ(resolved.fade_out.frames, 480);
    EXPECT_EQ(resolved.fade_out.shape, FadeShape::s_curve);
    ASSERT_EQ(resolved.gain_points.size(), 1u);
    EXPECT_EQ(resolved.gain_points[0].at, 12000);
    EXPECT_EQ(resolved.gain_points[0].db, -3.0);
    EXPECT_EQ(resolved.gain_points[0].bend, 0.5);
}

TEST(ClipResolve, OffsetsAreWrittenForSpeedOne) {
    Fixture fixture;
    Clip& clip = fixture.add();
    clip.offset = quantity("12001");
    clip.speed = 2.0;
    EXPECT_EQ(fixture.resolved().offset, 6001);
    EXPECT_EQ(fixture.resolved().length, 96000 - 6001);
}

TEST(ClipResolve, GainHoldsLevelAndPolarity) {
    Fixture fixture;
    Clip& clip = fixture.add();
    clip.gain = quantity("-20 dB");
    clip.invert = true;
    EXPECT_NEAR(fixture.resolved().gain, -0.1, 1e-16);
    clip.gain = quantity("-inf dB");
    EXPECT_EQ(fixture.resolved().gain, 0.0);
    clip.gain_points = {{quantity("0"), quantity("-inf dB"), session::Shape::linear, 0.0}};
    EXPECT_EQ(fixture.resolved().gain_points[0].db, -144.0);
}

TEST(ClipResolve, MutedClipsAreLeftOut) {
    Fixture fixture;
    fixture.add().mute = true;
    fixture.sources[0] = nullptr;
    fixture.add(500);
    const auto clips = fixture.resolve().value();
    ASSERT_EQ(clips.size(), 1u);
    EXPECT_EQ(clips[0].start, 500);
}

TEST(ClipResolve, ChannelsArePickedAndMonoFeedsAll) {
    Fixture fixture;
    const test::MemorySource wide(test::noise_channels(6, 1000));
    fixture.track.layout = {Layout::Kind::stereo, 2};
    Clip& clip = fixture.add();
    EXPECT_EQ(fixture.resolved().channels, (std::vector<int>{0, 0}));
    fixture.sources[0] = &wide;
    EXPECT_EQ(fixture.error(), "the clip has 6 channels, its track 2: pick some with \"channels\"");
    clip.channels = {6, 1};
    EXPECT_EQ(fixture.resolved().channels, (std::vector<int>{5, 0}));
    clip.channels = {3};
    EXPECT_EQ(fixture.resolved().channels, (std::vector<int>{2, 2}));
    clip.channels = {7, 1};
    EXPECT_EQ(fixture.error(), "channel 7 is not in 'take.wav', which has 6");
    clip.channels = {0, 1};
    EXPECT_EQ(fixture.error(), "channel 0 is not in 'take.wav', which has 6");
    clip.channels = {1, 2, 3};
    EXPECT_EQ(fixture.error(), "the clip has 3 channels, its track 2: pick some with \"channels\"");
    fixture.track.layout = {Layout::Kind::surround_5_1, 6};
    clip.channels = {};
    EXPECT_EQ(fixture.resolved().channels, (std::vector<int>{0, 1, 2, 3, 4, 5}));
}

TEST(ClipResolve, ErrorsSayWhatIsWrongAndWhere) {
    const auto error = [](auto spoil) {
        Fixture fixture;
        spoil(fixture.add());
        return fixture.error();
    };
    EXPECT_EQ(error([](Clip& clip) { clip.start = session::frames(-5); }),
              "the clip starts before the session does, at -5: move it, or set an offset");
    EXPECT_THAT(error([](Clip& clip) { clip.start = quantity("3 dB"); }), testing::StartsWith("start: "));
    EXPECT_EQ(error([](Clip& clip) { clip.offset = quantity("2 s"); }),
              "the offset 2 s lies beyond the end of 'take.wav', which has 96000 frames at this rate and speed");
    EXPECT_EQ(error([](Clip& clip) { clip.offset = session::frames(-1); }), "offset is negative: -1");
    EXPECT_EQ(error([](Clip& clip) { clip.length = session::frames(0); }), "the clip's length is 0");
    EXPECT_EQ(error([](Clip& clip) { clip.length = session::frames(-7); }), "length is negative: -7");
    EXPECT_EQ(error([](Clip& clip) { clip.gain = quantity("3 s"); }), "the clip's gain is no level up to 144 dB: 3 s");
    EXPECT_EQ(error([](Clip& clip) { clip.gain = quantity("145 dB"); }),
              "the clip's gain is no level up to 144 dB: 145 dB");
    EXPECT_EQ(error([](Clip& clip) { clip.fade_in.length = session::frames(-7); }), "the fade in is negative: -7");
    EXPECT_EQ(error([](Clip& clip) {
                  clip.fade_out = {session::frames(7), FadeShape::custom, 2.0};
              }),
              "the fade out: its bend is not between -1 and 1");
    EXPECT_EQ(error([](Clip& clip) {
                  clip.gain_points = {{session::frames(9), session::decibels(0), session::Shape::linear, 0.0},
                                      {session::frames(8), session::decibels(0), session::Shape::linear, 0.0}};
              }),
              "gain points are not in order of time: 8 comes after a later one");
    EXPECT_EQ(error([](Clip& clip) {
                  clip.gain_points = {{session::frames(9), session::decibels(0), session::Shape::curve,
                                       std::numeric_limits<double>::quiet_NaN()}};
              }),
              "a gain point's bend is not between -1 and 1");
}

TEST(ClipResolve, PlacesAreThoseOfTheSessionFile) {
    Fixture fixture;
    Clip& clip = fixture.add();
    clip.length = session::frames(0);
    clip.place = {12, 7, "/tracks/0/clips/0"};
    EXPECT_EQ(fixture.error("song.dub.json:12:7 (/tracks/0/clips/0)"), "the clip's length is 0");
    clip.place = {};
    clip.name = "verse";
    EXPECT_EQ(fixture.error("strip 'Vox' / clip 1 'verse'"), "the clip's length is 0");
}

TEST(ClipResolve, AnEmptyFileIsAnError) {
    Fixture fixture;
    const test::MemorySource empty({test::Signal{}});
    fixture.add();
    fixture.sources[0] = &empty;
    EXPECT_EQ(fixture.error(), "'take.wav' holds no audio");
}

TEST(ClipResolve, SaysWhereSilenceFollowsAndFadesAreCut) {
    Fixture fixture;
    Clip& clip = fixture.add();
    clip.length = session::frames(100'000);
    clip.fade_in.length = session::frames(200'000);
    const auto resolved = fixture.resolved();
    EXPECT_EQ(resolved.length, 100'000);
    EXPECT_EQ(resolved.fade_in.frames, 100'000);
    ASSERT_EQ(fixture.diagnostics.size(), 2u);
    EXPECT_EQ(fixture.diagnostics[0].message,
              "the clip is longer than what 'take.wav' has left: 4000 frames of silence follow");
    EXPECT_EQ(fixture.diagnostics[1].message, "the fade in is longer than its clip: cut from 200000 to 100000 frames");
    EXPECT_EQ(fixture.diagnostics[0].where, "strip 'Vox' / clip 1");
    clip.loop = true;
    clip.fade_in.length = session::frames(0);
    fixture.resolved();
    EXPECT_TRUE(fixture.diagnostics.empty());
}

TEST(ClipResolve, CrossfadesGoFromEachClipToTheNextInOrderOfStart) {
    Fixture fixture;
    fixture.track.overlap = Overlap::crossfade;
    const auto add = [&](FrameCount start, FrameCount length) {
        fixture.add(start).length = session::frames(static_cast<double>(length));
    };
    add(1700, 1000);  // third in time
    add(0, 1000);
    add(800, 1000);
    add(1000, 100);   // wholly within the one before
    add(5000, 1000);  // alone
    fixture.track.clips[1].fade_in = {session::frames(50), FadeShape::linear, 0.0};
    fixture.track.clips[1].fade_out = {session::frames(50), FadeShape::linear, 0.0};
    const auto clips = fixture.resolve().value();
    EXPECT_EQ(clips[1].fade_in.frames, 50);
    EXPECT_EQ(clips[1].fade_in.shape, FadeShape::linear);
    EXPECT_EQ(clips[1].fade_out.frames, 200);
    EXPECT_EQ(clips[1].fade_out.shape, FadeShape::equal_power);
    EXPECT_EQ(clips[2].fade_in.frames, 200);
    EXPECT_EQ(clips[2].fade_out.frames, 100);
    EXPECT_EQ(clips[0].fade_in.frames, 100);
    EXPECT_EQ(clips[0].fade_out.frames, 0);
    EXPECT_EQ(clips[3].fade_in.frames, 0);
    EXPECT_EQ(clips[4].fade_in.frames, 0);
    ASSERT_EQ(fixture.diagnostics.size(), 1u);
    EXPECT_EQ(fixture.diagnostics[0].message, "the clip lies wholly within another: no crossfade, both sound");
    EXPECT_EQ(fixture.diagnostics[0].where, "strip 'Vox' / clip 4");
    fixture.track.overlap = Overlap::sum;
    EXPECT_EQ(fixture.resolve().value()[1].fade_out.frames, 50);
}

}  // namespace
}  // namespace dubplate::audio
