#include "engine/audio/clip_track.h"

#include <cmath>
#include <cstring>

#include "engine/audio/clip_gain.h"
#include "engine/audio/clip_reader.h"
#include "tests/engine/audio/memory_source.h"

namespace dubplate::audio {
namespace {

using session::FadeShape;
using session::Overlap;
using session::Shape;
using test::Channels;
using test::MemorySource;

/// Frames [start, start + count) read in steps.
Channels read_track(ClipTrack& track, int channels, FrameCount start, int count, int step) {
    Channels signals(static_cast<std::size_t>(channels), test::Signal(static_cast<std::size_t>(count), 99.0f));
    for (int at = 0; at < count; at += step) {
        std::vector<float*> out;
        for (auto& signal : signals) out.push_back(signal.data() + at);
        const auto read = track.read(start + at, std::min(step, count - at), out.data());
        EXPECT_TRUE(read) << read.error().message;
    }
    return signals;
}

/// The definition, one frame and one channel at a time.
float expected_frame(const std::vector<ResolvedClip>& clips, Overlap overlap, int channel, FrameCount frame) {
    double sum = 0.0;
    for (const ResolvedClip& clip : clips) {
        const FrameCount at = frame - clip.start;
        if (at < 0 || at >= clip.length) continue;
        const auto& source = static_cast<const MemorySource&>(*clip.source);
        const FrameCount left = source.frames() - clip.offset;
        const FrameCount sounding = clip.loop ? clip.length : std::min(left, clip.length);
        double sample = 0.0;
        if (at < sounding) {
            FrameCount forward = clip.reverse ? sounding - 1 - at : at;
            if (clip.loop) forward %= left;
            sample = source.at(clip.channels[static_cast<std::size_t>(channel)], clip.offset + forward);
        }
        double gain = 1.0;
        clip_gains(clip, at, 1, &gain);
        const double value = sample * gain;
        sum = overlap == Overlap::top ? value : sum + value;
    }
    return static_cast<float>(sum) + 0.0f;
}

ResolvedClip clip_of(const Source& source, FrameCount start, FrameCount length, std::vector<int> channels = {0}) {
    ResolvedClip clip;
    clip.source = &source;
    clip.channels = std::move(channels);
    clip.start = start;
    clip.length = length;
    return clip;
}

/// Up to nine clips that overlap, loop, go backwards and fade; of one of two sources of seven channels each.
std::vector<ResolvedClip> random_clips(std::uint64_t seed, int channels, const MemorySource& short_source,
                                       const MemorySource& long_source) {
    std::vector<ResolvedClip> clips;
    for (std::size_t k = 0; k < 1 + seed % 9; ++k) {
        const auto random = [&](std::uint64_t what, FrameCount below) {
            return static_cast<FrameCount>((test::random_at(seed, 40 * k + what) * 0.5 + 0.5) *
                                           static_cast<double>(below));
        };
        const MemorySource& source = random(0, 2) == 0 ? short_source : long_source;
        ResolvedClip clip = clip_of(source, random(1, 4000), 1 + random(2, 3000), {});
        for (int channel = 0; channel < channels; ++channel)
            clip.channels.push_back(static_cast<int>(random(20 + static_cast<std::uint64_t>(channel), 7)));
        clip.offset = random(3, source.frames());
        clip.reverse = random(4, 2) == 0;
        clip.loop = random(5, 3) == 0;
        clip.gain = random(6, 3) == 0 ? 1.0 : -0.37;
        if (random(7, 2) == 0) clip.fade_in = {random(8, clip.length), FadeShape::equal_power, 0.0};
        if (random(9, 2) == 0) clip.fade_out = {random(10, clip.length), FadeShape::custom, 0.6};
        if (random(11, 3) == 0) clip.gain_points = {{50, -10.0, Shape::linear, 0.0}, {900, 3.0, Shape::hold, 0.0}};
        clips.push_back(std::move(clip));
    }
    return clips;
}

TEST(ClipTrack, RandomClipsSoundAsDefinedHoweverTheyAreRead) {
    for (std::uint64_t seed = 0; seed < 24; ++seed) {
        SCOPED_TRACE(seed);
        const int channels = seed % 3 == 2 ? 6 : static_cast<int>(seed % 3) + 1;
        const MemorySource short_source(test::noise_channels(7, 150, seed)),
            long_source(test::noise_channels(7, 5000, seed + 50));
        const auto overlap = static_cast<Overlap>(seed / 3 % 3);
        const std::vector<ResolvedClip> clips = random_clips(seed, channels, short_source, long_source);
        ClipTrack track(clips, overlap, channels);
        const int total = 7300;
        const auto whole = read_track(track, channels, -100, total, 65536);
        for (int channel = 0; channel < channels; ++channel)
            for (int n = 0; n < total; ++n)
                ASSERT_EQ(whole[static_cast<std::size_t>(channel)][static_cast<std::size_t>(n)],
                          expected_frame(clips, overlap, channel, n - 100))
                    << "channel " << channel << ", frame " << n - 100;
        for (const int step : {1, 64, 511, 512, 4097})
            EXPECT_EQ(read_track(track, channels, -100, total, step), whole) << step;
        EXPECT_EQ(read_track(track, channels, 1234, 77, 77)[0],
                  test::Signal(whole[0].begin() + 1334, whole[0].begin() + 1411))
            << "going back";
    }
}

TEST(ClipTrack, OneChannelIsLeftWhereAllClipsGiveAllChannelsTheSame) {
    const MemorySource mono(test::noise_channels(1, 100, 1)), six(test::noise_channels(6, 100, 2));
    std::vector<ResolvedClip> equal{clip_of(mono, 0, 50, {0, 0}), clip_of(six, 20, 50, {4, 4})};
    EXPECT_TRUE(leave_one_channel(equal));
    EXPECT_EQ(equal[0].channels, std::vector<int>{0});
    EXPECT_EQ(equal[1].channels, std::vector<int>{4});
    std::vector<ResolvedClip> mixed{clip_of(mono, 0, 50, {0, 0}), clip_of(six, 20, 50, {4, 5})};
    EXPECT_FALSE(leave_one_channel(mixed));
    EXPECT_EQ(mixed[0].channels, (std::vector<int>{0, 0}));
    std::vector<ResolvedClip> none;
    EXPECT_TRUE(leave_one_channel(none));
}

TEST(ClipTrack, ClipsOfGainOneGiveTheSamplesOfTheirSource) {
    const MemorySource source(test::noise_channels(2, 100'000));
    ClipTrack track({clip_of(source, 1000, 100'000, {0, 1})}, Overlap::sum, 2);
    const auto out = read_track(track, 2, 0, 102'000, 65536);
    for (std::size_t channel = 0; channel < 2; ++channel)
        for (FrameCount n = 0; n < 102'000; ++n)
            ASSERT_EQ(out[channel][static_cast<std::size_t>(n)], source.at(static_cast<int>(channel), n - 1000));
    EXPECT_EQ(track.end(), 101'000);
}

TEST(ClipTrack, AMonoSourceFeedsEveryChannel) {
    const MemorySource source(test::noise_channels(1, 500));
    auto clip = clip_of(source, 0, 500, {0, 0, 0});
    clip.gain = 0.5;
    clip.fade_in = {100, FadeShape::linear, 0.0};
    ClipTrack track({clip}, Overlap::sum, 3);
    const auto out = read_track(track, 3, 0, 500, 512);
    EXPECT_EQ(out[0], out[1]);
    EXPECT_EQ(out[0], out[2]);
    EXPECT_EQ(out[0][300], source.at(0, 300) * 0.5f);
}

TEST(ClipTrack, OppositeClipsCancelExactly) {
    const MemorySource source(test::noise_channels(1, 10'000));
    auto inverted = clip_of(source, 300, 10'000);
    inverted.gain = -1.0;
    ClipTrack track({clip_of(source, 300, 10'000), inverted}, Overlap::sum, 1);
    EXPECT_EQ(read_track(track, 1, 0, 11'000, 512)[0], test::Signal(11'000, 0.0f));
}

TEST(ClipTrack, TheValueOfAFrameIsNeverNegativeZero) {
    const MemorySource source({test::Signal(2000, -0.0f)}), zeros({test::Signal(2000, 0.0f)});
    auto inverted = clip_of(zeros, 2500, 1000);
    inverted.gain = -1.0;
    ClipTrack track({clip_of(source, 0, 2000), clip_of(source, 1500, 500), inverted}, Overlap::sum, 1);
    for (const int step : {100, 4000}) {
        const auto out = read_track(track, 1, 0, 4000, step);
        for (const float sample : out[0]) ASSERT_FALSE(std::signbit(sample));
    }
}

TEST(ClipTrack, ShortReadsShareReadsOfTheSource) {
    const MemorySource source(test::noise_channels(1, 1'000'000));
    for (const bool reverse : {false, true}) {
        auto clip = clip_of(source, 0, 1'000'000);
        clip.reverse = reverse;
        ClipTrack track({clip}, Overlap::sum, 1);
        for (const int step : {512, 65536}) {
            source.reads = 0;
            read_track(track, 1, 0, 1'000'000, step);
            EXPECT_LE(source.reads, 4'000'000 / ClipReader::kWindowBytes + 1'000'000 / step + 2) << step;
        }
    }
}

TEST(ClipTrack, ReadsEveryFrameOnceWherePausesAreToldOf) {
    const MemorySource source(test::noise_channels(1, 1'000'000));
    for (const bool reverse : {false, true})
        for (const int chunk : {512, 8192, 20'480, 100'352}) {
            SCOPED_TRACE(testing::Message() << chunk << (reverse ? " backwards" : ""));
            auto clip = clip_of(source, 1024, 900'096);
            clip.offset = 777;
            clip.reverse = reverse;
            ClipTrack track({clip}, Overlap::sum, 1);
            source.frames_read = 0;
            for (FrameCount start = 0; start < 901'120; start += chunk) {
                track.prefetch(start + chunk, chunk);
                const int count = static_cast<int>(std::min<FrameCount>(chunk, 901'120 - start));
                const auto out = read_track(track, 1, start, count, 512)[0];
                for (int k = 0; k < count; ++k)
                    ASSERT_EQ(out[static_cast<std::size_t>(k)], expected_frame({clip}, Overlap::sum, 0, start + k));
                track.rest();
            }
            EXPECT_EQ(source.frames_read, 900'096);
        }
}

TEST(ClipTrack, ReadsTheSameWhereverItPauses) {
    const MemorySource source(test::noise_channels(2, 70'000));
    std::vector<ResolvedClip> clips;
    for (int k = 0; k < 8; ++k) {
        auto clip = clip_of(source, k * 20'011, 15'000 + 9000 * (k % 3), {1, k % 2});
        clip.offset = 301 * k;
        clip.reverse = k % 4 == 1;
        clip.loop = k > 5;
        clip.length = k > 5 ? 190'000 : clip.length;
        clip.gain = k == 3 ? 0.0 : 1.0 - 0.25 * (k % 3);
        if (k % 2 == 0) clip.fade_in = clip.fade_out = {3000, FadeShape::linear, 0.0};
        clips.push_back(clip);
    }
    ClipTrack all(clips, Overlap::sum, 2);
    const auto expected = read_track(all, 2, 0, 400'000, 512);
    for (const int chunk : {512, 4096, 66'560}) {
        ClipTrack track(clips, Overlap::sum, 2);
        for (int start = 0; start < 400'000; start += chunk) {
            const int count = std::min(chunk, 400'000 - start);
            track.prefetch(start + chunk, chunk);
            const auto out = read_track(track, 2, start, count, 512);
            for (std::size_t channel = 0; channel < 2; ++channel)
                ASSERT_TRUE(std::equal(out[channel].begin(), out[channel].end(), expected[channel].begin() + start))
                    << chunk << " at " << start;
            track.rest();
        }
    }
}

TEST(ClipTrack, ShowsTheFileAsItIsWhereNothingIsDoneToIt) {
    const MemorySource source(test::noise_channels(2, 100'000));
    auto clip = clip_of(source, 1000, 60'000, {0, 1});
    clip.offset = 333;
    clip.fade_out = {5000, FadeShape::linear, 0.0};
    auto second = clip_of(source, 70'000, 20'000, {0, 1});
    auto swapped = clip_of(source, 0, 60'000, {1, 0}), louder = clip, backwards = clip, looped = clip;
    louder.gain = 0.5;
    backwards.reverse = true;
    looped.loop = true;
    const auto shown = [&](const std::vector<ResolvedClip>& clips, bool pauses) {
        ClipTrack track(clips, Overlap::sum, 2);
        std::vector<FrameCount> starts;
        for (FrameCount start = 0; start < 100'352; start += 512) {
            if (pauses && start % 8192 == 0) track.rest(), track.prefetch(start + 8192, 8192);
            const auto packed = track.packed(start, 512).value();
            if (packed.at) {
                EXPECT_EQ(packed.type, SampleType::float32);
                starts.push_back(start);
                for (int k = 0; k < 1024; ++k) {
                    float sample;
                    std::memcpy(&sample, packed.at + 4 * k, sizeof sample);
                    EXPECT_EQ(sample, expected_frame(clips, Overlap::sum, k % 2, start + k / 2)) << start << " + " << k;
                }
            }
            const auto out = read_track(track, 2, start, 512, 512);
            for (int k = 0; k < 512; ++k)
                EXPECT_EQ(out[1][static_cast<std::size_t>(k)], expected_frame(clips, Overlap::sum, 1, start + k));
        }
        return starts;
    };
    for (const bool pauses : {false, true}) {
        const auto plain = shown({clip, second}, pauses);
        // From the second whole block on, up to the fade; then the same of the other clip.
        ASSERT_EQ(plain.size(), 106u + 37u);
        EXPECT_EQ(plain.front(), 1536);
        EXPECT_EQ(plain[105], 55'296);
        EXPECT_EQ(plain[106], 70'656);
        EXPECT_EQ(plain.back(), 89'088);
        for (const auto& other : {swapped, louder, backwards, looped}) EXPECT_TRUE(shown({other}, pauses).empty());
        EXPECT_EQ(shown({clip, clip_of(source, 0, 61'400, {0, 1})}, pauses), std::vector<FrameCount>{});
    }
}

TEST(ClipTrack, AnEqualPowerCrossfadeKeepsThePowerOfNoise) {
    const MemorySource a(test::noise_channels(1, 200'000, 1)), b(test::noise_channels(1, 200'000, 2));
    auto first = clip_of(a, 0, 120'000), second = clip_of(b, 80'000, 120'000);
    first.fade_out = second.fade_in = {40'000, FadeShape::equal_power, 0.0};
    ClipTrack track({first, second}, Overlap::crossfade, 1);
    const auto out = read_track(track, 1, 0, 200'000, 8192)[0];
    const auto level = [&](std::ptrdiff_t from) {
        return test::decibels(test::rms(test::Signal(out.begin() + from, out.begin() + from + 10'000)));
    };
    for (const std::ptrdiff_t from : {80'000, 90'000, 100'000, 110'000}) EXPECT_NEAR(level(from), level(20'000), 0.25);
}

TEST(ClipTrack, KnowsWhereItIsSilent) {
    const MemorySource source(test::noise_channels(1, 100));
    auto muted = clip_of(source, 5000, 100);
    muted.gain = 0.0;
    ClipTrack track({clip_of(source, 1000, 500), muted, clip_of(source, 3000, 100)}, Overlap::sum, 1);
    EXPECT_TRUE(track.is_silent(0, 1000));
    EXPECT_FALSE(track.is_silent(0, 1001));
    EXPECT_FALSE(track.is_silent(1099, 1));
    EXPECT_TRUE(track.is_silent(1100, 1900)) << "the source has ended";
    EXPECT_FALSE(track.is_silent(2900, 101));
    EXPECT_TRUE(track.is_silent(3100, 10'000));
    EXPECT_EQ(track.end(), 5100);
}

/// Silence wherever nothing is heard of the source in [start, end) of the track.
MemorySource only_heard(const ClipTrack& track, const MemorySource& source, FrameCount start, FrameCount end) {
    Channels signals;
    for (int channel = 0; channel < source.channels(); ++channel) {
        signals.emplace_back(static_cast<std::size_t>(source.frames()));
        for (const SourceFrames& heard : track.heard(start, end))
            for (FrameCount n = heard.start; heard.source == &source && n < heard.start + heard.count; ++n)
                signals.back()[static_cast<std::size_t>(n)] = source.at(channel, n);
    }
    return MemorySource(std::move(signals));
}

TEST(ClipTrack, NothingButWhatIsHeardOfItsSourcesDecides) {
    for (std::uint64_t seed = 0; seed < 24; ++seed) {
        SCOPED_TRACE(seed);
        const MemorySource short_source(test::noise_channels(7, 150, seed)),
            long_source(test::noise_channels(7, 5000, seed + 50));
        const auto overlap = static_cast<Overlap>(seed / 3 % 3);
        std::vector<ResolvedClip> clips = random_clips(seed, 1, short_source, long_source);
        for (const auto& [start, end] : {std::pair{0, 7200}, {0, 1500}, {900, 1100}, {2500, 7200}}) {
            ClipTrack track(clips, overlap, 1);
            const auto expected = read_track(track, 1, start, end - start, 512);
            const MemorySource short_heard = only_heard(track, short_source, start, end),
                               long_heard = only_heard(track, long_source, start, end);
            for (ResolvedClip& clip : clips) clip.source = clip.source == &short_source ? &short_heard : &long_heard;
            ClipTrack of_heard(clips, overlap, 1);
            EXPECT_EQ(read_track(of_heard, 1, start, end - start, 512), expected) << start << " to " << end;
            for (ResolvedClip& clip : clips) clip.source = clip.source == &short_heard ? &short_source : &long_source;
        }
    }
}

TEST(ClipTrack, KnowsWhichFramesOfItsSourcesAreHeard) {
    const MemorySource source(test::noise_channels(1, 1000));
    using Stretches = std::vector<std::pair<FrameCount, FrameCount>>;
    const auto heard = [](const ClipTrack& track, FrameCount start, FrameCount end) {
        Stretches found;
        for (const SourceFrames& frames : track.heard(start, end)) found.emplace_back(frames.start, frames.count);
        return found;
    };
    auto clip = clip_of(source, 5000, 400);
    clip.offset = 300;
    const ClipTrack plain({clip}, Overlap::sum, 1);
    EXPECT_EQ(heard(plain, 0, 10'000), (Stretches{{300, 400}}));
    EXPECT_EQ(heard(plain, 5100, 5150), (Stretches{{400, 50}}));
    EXPECT_EQ(heard(plain, 0, 5000), Stretches{});
    EXPECT_EQ(heard(plain, 5400, 9000), Stretches{});

    auto reversed = clip;
    reversed.reverse = true;
    EXPECT_EQ(heard(ClipTrack({reversed}, Overlap::sum, 1), 5100, 5150), (Stretches{{550, 50}}));

    auto longer = clip_of(source, 0, 3000);
    EXPECT_EQ(heard(ClipTrack({longer}, Overlap::sum, 1), 0, 3000), (Stretches{{0, 1000}}));

    auto looped = clip;
    looped.loop = true;
    looped.length = 3000;  // the last 700 frames of the source, again and again
    const ClipTrack round({looped}, Overlap::sum, 1);
    EXPECT_EQ(heard(round, 5000, 5100), (Stretches{{300, 100}}));
    EXPECT_EQ(heard(round, 5600, 5800), (Stretches{{900, 100}, {300, 100}}));
    EXPECT_EQ(heard(round, 5600, 8000), (Stretches{{900, 100}, {300, 600}}));

    const ClipTrack covered({clip_of(source, 0, 1000), clip_of(source, 100, 500)}, Overlap::top, 1);
    EXPECT_EQ(heard(covered, 0, 1000), (Stretches{{0, 100}, {600, 400}, {0, 500}}));
}

TEST(ClipTrack, PassesOnWhatIsWrongWithASource) {
    MemorySource source(test::noise_channels(1, 1000));
    source.fails = true;
    ClipTrack track({clip_of(source, 100, 1000), clip_of(source, 600, 1000)}, Overlap::sum, 1);
    test::Signal out(512);
    float* rows[] = {out.data()};
    ASSERT_TRUE(track.read(2000, 512, rows)) << "nothing is read where no clip is";
    for (const FrameCount start : {0, 500}) {
        const auto read = track.read(start, 512, rows);
        ASSERT_FALSE(read);
        EXPECT_EQ(read.error().message, "cannot read: no such luck");
    }
    source.fails = false;
    EXPECT_TRUE(track.read(0, 512, rows));
}

TEST(ClipTrack, PrefetchesTheFramesThatWillBeRead) {
    using Ranges = std::vector<std::pair<FrameCount, FrameCount>>;
    const MemorySource source(test::noise_channels(1, 1000));
    const auto prefetched = [&](bool reverse, bool loop, FrameCount length) {
        auto clip = clip_of(source, 100, length);
        clip.offset = 200;
        clip.reverse = reverse;
        clip.loop = loop;
        source.prefetched.clear();
        ClipTrack({clip}, Overlap::sum, 1).prefetch(0, 150);
        return source.prefetched;
    };
    EXPECT_EQ(prefetched(false, false, 800), (Ranges{{200, 50}}));
    EXPECT_EQ(prefetched(true, false, 800), (Ranges{{950, 50}}));
    EXPECT_EQ(prefetched(false, true, 3000), (Ranges{{200, 50}}));
    EXPECT_EQ(prefetched(true, true, 820), (Ranges{{970, 30}, {200, 20}}));
}

TEST(ClipTrack, ReadsFilesOnDisk) {
    test::TemporaryFolder folder;
    const auto signals = test::rounded_to_bits(test::noise_channels(2, 50'000), 24);
    test::write_sound_file(folder / "in.wav", signals, 48000, SF_FORMAT_WAV | SF_FORMAT_PCM_24);
    const auto source = open_source(folder / "in.wav", 48000, 1.0, folder.path()).value();
    ClipTrack track({clip_of(*source, 10, 50'000, {1, 0})}, Overlap::sum, 2);
    for (const int step : {512, 8192, 65536}) {
        const auto out = read_track(track, 2, 0, 50'010, step);
        EXPECT_TRUE(std::equal(out[0].begin() + 10, out[0].end(), signals[1].begin()));
        EXPECT_TRUE(std::equal(out[1].begin() + 10, out[1].end(), signals[0].begin()));
    }
}

}  // namespace
}  // namespace dubplate::audio
