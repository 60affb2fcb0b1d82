#include "engine/render/inputs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "engine/render/workshop_parts.h"
#include "tests/support/render_session.h"

namespace dubplate::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

/// Two tracks of one file each, opened as a render opens them.
class OpenedInputs : public testing::Test {
protected:
    OpenedInputs() : session_(empty_session(folder_.path())) {
        for (const char* name : {"a.wav", "b.wav"}) {
            write_wav(folder_.file(name), {std::vector<float>(1000, 0.25f)});
            add_track(session_, name, name);
        }
        const auto executor = graph::make_thread_executor(1);
        render::OpenedFiles files;
        auto inputs = render::load_inputs(session_, files, "", *executor, {});
        EXPECT_TRUE(inputs.has_value());
        inputs_ = std::move(*inputs);
    }

    TempFolder folder_;
    session::Session session_;
    render::Inputs inputs_;
};

TEST_F(OpenedInputs, AreUnchangedWhileNobodyTouchesThem) {
    EXPECT_TRUE(inputs_.files[0]->check_unchanged().has_value());
    EXPECT_TRUE(inputs_.files[1]->check_unchanged().has_value());
}

TEST_F(OpenedInputs, AreToldWhenCutShort) {
    fs::resize_file(folder_.file("b.wav"), 500);
    EXPECT_TRUE(inputs_.files[0]->check_unchanged().has_value());
    const auto changed = inputs_.files[1]->check_unchanged();
    ASSERT_FALSE(changed.has_value());
    EXPECT_EQ(changed.error().code, ErrorCode::io);
    EXPECT_EQ(changed.error().where, folder_.file("b.wav"));
    EXPECT_THAT(changed.error().message, HasSubstr("changed while it was in use"));
}

TEST_F(OpenedInputs, AreToldWhenReplacedByAFileOfTheSameLength) {
    fs::copy_file(folder_.file("a.wav"), folder_.file("c.wav"));
    fs::rename(folder_.file("c.wav"), folder_.file("a.wav"));
    EXPECT_FALSE(inputs_.files[0]->check_unchanged().has_value());
}

TEST_F(OpenedInputs, AreToldWhenGone) {
    fs::remove(folder_.file("a.wav"));
    const auto gone = inputs_.files[0]->check_unchanged();
    ASSERT_FALSE(gone.has_value());
    EXPECT_EQ(gone.error().code, ErrorCode::not_found);
}

TEST(OpenedResponses, ThatACheckHasReadAreNotReadAgainAndStillHashedAndWatched) {
    TempFolder folder;
    session::Session session = empty_session(folder.path());
    write_wav(folder.file("a.wav"), {std::vector<float>(1000, 0.25f)});
    write_wav(folder.file("hall.wav"), {std::vector<float>(5000, 0.125f)});
    session::Strip& track = add_track(session, "a", "a.wav");
    track.inserts.push_back(insert("convolution", {{"impulse", "hall.wav"}}));

    render::Workshop workshop;
    Diagnostics diagnostics;
    ASSERT_TRUE(render::check(session, render::RenderJob{}, diagnostics, &workshop).empty());
    render::OpenedFiles &files = workshop.parts().files, others;
    const auto read = files.response(files.open(folder.file("hall.wav")).value(), session.sample_rate, "", {}).value();
    const auto executor = graph::make_thread_executor(1);
    auto again = render::load_inputs(session, others, "", *executor, {}).value();
    auto taken = render::load_inputs(session, files, "", *executor, {}).value();
    EXPECT_EQ(taken.paths, again.paths);
    EXPECT_EQ(taken.impulses.at("hall.wav"), read);
    EXPECT_EQ(taken.impulses.at("hall.wav")->channels, again.impulses.at("hall.wav")->channels);
    EXPECT_EQ(taken.files.at(1)->hash({}).value().xxh3_128, again.files.at(1)->hash({}).value().xxh3_128);
    EXPECT_TRUE(taken.files.at(1)->check_unchanged());
    fs::resize_file(folder.file("hall.wav"), 500);
    EXPECT_FALSE(taken.files.at(1)->check_unchanged());
}

using Ranges = std::vector<audio::ByteRange>;

/// Files of 20 s; heard are 2 s of each.
class HeardParts : public testing::Test {
protected:
    static constexpr int kSecond = 48'000;
    static constexpr std::int64_t kFrameBytes = 4;

    HeardParts() : session_(empty_session(folder_.path())) {}

    session::Strip& add(const std::string& name, double speed = 1.0) {
        write_wav(folder_.file(name), {std::vector<float>(20 * kSecond, 0.25f)});
        header_ = audio::open_source(folder_.file(name), kSecond, 1.0, "").value()->byte_range(0, 0)->begin;
        session::Strip& track = add_track(session_, name, name);
        track.clips.at(0).start = session::frames(5 * kSecond);
        track.clips.at(0).offset = session::frames(10 * kSecond);
        track.clips.at(0).length = session::frames(2 * kSecond);
        track.clips.at(0).speed = speed;
        return track;
    }
    Ranges seconds(double begin, double end) const {
        const auto at = [&](double time) { return header_ + kFrameBytes * static_cast<std::int64_t>(time * kSecond); };
        return {{0, header_}, {at(begin), at(end)}};
    }
    /// By name.
    std::map<std::string, Ranges> ranges(const std::function<void(render::RenderJob&)>& change = {}) {
        std::map<std::string, Ranges> found;
        for (const render::InputReport& input : render(session_, folder_.path(), change).report.inputs)
            found[fs::path(input.info.path).filename()] = input.hash.ranges;
        return found;
    }

    TempFolder folder_;
    session::Session session_;
    std::int64_t header_ = 0;  // of each file
};

TEST_F(HeardParts, AreWhatTheReceiptPromises) {
    add("plain.wav");
    const Ranges expected = seconds(10, 12);
    EXPECT_EQ(ranges().at("plain.wav"), expected);
}

TEST_F(HeardParts, EndWhereTheJobDoes) {
    add("plain.wav");
    const auto part = [](render::RenderJob& job) { job.to = session::frames(6 * kSecond); };
    EXPECT_EQ(ranges(part).at("plain.wav"), seconds(10, 11));
    const auto before = [](render::RenderJob& job) { job.to = session::frames(4 * kSecond); };
    EXPECT_EQ(ranges(before).at("plain.wav"), (Ranges{{0, header_}}));
    const auto with_preroll = [](render::RenderJob& job) {
        job.from = session::frames(8192 * 35);  // 5.97 s
        job.preroll = session::frames(0);
    };
    EXPECT_EQ(ranges(with_preroll).at("plain.wav"), seconds(10 + 8192.0 * 35 / kSecond - 5, 12));
}

TEST_F(HeardParts, ReachAsFarAsALookAheadDoes) {
    add("plain.wav");
    strip(session_, "Master").inserts.push_back(insert("limiter", {{"lookahead", "5 ms"}}));
    const auto part = [](render::RenderJob& job) { job.to = session::frames(6 * kSecond); };
    const Ranges found = ranges(part).at("plain.wav");
    EXPECT_GT(found.at(1).end, seconds(10, 11).at(1).end);
    EXPECT_LT(found.at(1).end, seconds(10, 11.1).at(1).end);
}

TEST_F(HeardParts, OfMutedTracksAreNone) {
    add("muted.wav").mute = true;
    add("plain.wav");
    EXPECT_EQ(ranges().at("muted.wav"), (Ranges{{0, header_}}));
}

TEST_F(HeardParts, OfDecodedFilesAndResponsesAreAllOfThem) {
    add("fast.wav", 2.0);
    add("both.wav").inserts.push_back(insert("convolution", {{"impulse", "both.wav"}}));
    const auto found = ranges();
    EXPECT_EQ(found.at("fast.wav"), Ranges{});
    EXPECT_EQ(found.at("both.wav"), Ranges{});
}

TEST_F(HeardParts, AndTheirHashesDependOnSessionAndJobAlone) {
    for (const char* name : {"a.wav", "b.wav", "c.wav"}) add(name);
    session_.strips[0].clips.push_back(session_.strips[0].clips[0]);
    session_.strips[0].clips[1].start = session::frames(0);
    session_.strips[0].clips[1].offset = session::frames(kSecond);
    const auto hashes = [&](int threads, FrameCount chunk) {
        std::vector<std::string> found;
        for (const auto& input : render(session_, folder_.path(), [&](render::RenderJob& job) {
                                     job.threads = threads;
                                     job.chunk_frames = chunk;
                                     job.to = session::frames(6 * kSecond);
                                 }).report.inputs)
            found.push_back(input.hash.xxh3_128);
        return found;
    };
    const auto expected = hashes(1, 8192);
    EXPECT_EQ(hashes(4, 8192), expected);
    EXPECT_EQ(hashes(2, 65536), expected);
    EXPECT_EQ(hashes(3, -1), expected);
}

}  // namespace
}  // namespace dubplate::test
