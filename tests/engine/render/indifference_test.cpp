#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/render_session.h"
#include "tests/support/session_fuzzer.h"

namespace dubplate::test {
namespace {

using render::ExecutorKind;
using render::RenderJob;
using Kind = render::StemSelection::Kind;

class Indifference : public testing::TestWithParam<int> {
protected:
    Indifference() {
        FuzzSettings settings;
        settings.surround = GetParam() % 2 == 1;
        settings.split_keys = GetParam() % 3 != 0;
        session_ = random_session(static_cast<std::uint64_t>(GetParam()) + 9000, folder_.path(), settings);
    }

    TempFolder folder_;
    session::Session session_;
};

TEST_P(Indifference, ThreadsAndExecutorsGiveTheSameBits) {
    const Rendered reference = render(session_, folder_.path(), [](RenderJob& job) { job.threads = 1; });
    for (const int threads : {2, 3, 5, 8}) {
        EXPECT_THAT(
            differing(render(session_, folder_.path(), [&](RenderJob& job) { job.threads = threads; }), reference),
            testing::IsEmpty())
            << threads;
    }
    EXPECT_THAT(
        differing(render(session_, folder_.path(), [](RenderJob& job) { job.executor = ExecutorKind::threads; }),
                  reference),
        testing::IsEmpty());
}

TEST_P(Indifference, ChunkLengthsGiveTheSameBits) {
    const Rendered reference = render(session_, folder_.path());
    for (const FrameCount frames : {8192, 16384, 65536, -1}) {
        EXPECT_THAT(
            differing(render(session_, folder_.path(), [&](RenderJob& job) { job.chunk_frames = frames; }), reference),
            testing::IsEmpty())
            << frames;
    }
}

TEST_P(Indifference, DitheredFilesAreTheSameBytesToo) {
    const auto dithered = [](FrameCount frames) {
        return [frames](RenderJob& job) { job.formats = {audio::FileFormat::wav16}, job.chunk_frames = frames; };
    };
    EXPECT_THAT(
        differing(render(session_, folder_.path(), dithered(8192)), render(session_, folder_.path(), dithered(65536))),
        testing::IsEmpty());
}

TEST_P(Indifference, TheMixDoesNotDependOnTheStemsAskedFor) {
    const auto mix = [&](Kind kind) {
        const Rendered rendered = render(session_, folder_.path(), [&](RenderJob& job) { job.stems.kind = kind; });
        return std::make_pair(rendered.hashes.at("mix"), rendered.hashes.at("premaster"));
    };
    const auto none = mix(Kind::none);
    EXPECT_EQ(mix(Kind::all), none);
    EXPECT_EQ(mix(Kind::each_track), none);
}

TEST_P(Indifference, ARangeIsACutOfTheWhole) {
    const Rendered whole = render(session_, folder_.path());
    for (const auto& [from, to] : {std::pair{0, 9000}, std::pair{12345, 40001}, std::pair{8192, 16384}}) {
        const Rendered part = render(session_, folder_.path(), [&](RenderJob& job) {
            job.from = session::frames(from);
            job.to = session::frames(to);
        });
        for (const auto& [name, audio] : part.outputs) {
            const Audio& all = whole.outputs.at(name);
            for (std::size_t c = 0; c < audio.size(); ++c) {
                ASSERT_EQ(audio[c].size(), static_cast<std::size_t>(to - from));
                for (std::size_t f = 0; f < audio[c].size(); ++f) {
                    const std::size_t at = f + static_cast<std::size_t>(from);
                    ASSERT_EQ(audio[c][f], at < all[c].size() ? all[c][at] : audio[c][f]) << name << " frame " << at;
                }
            }
        }
    }
}

TEST_P(Indifference, RendersInOneProcessDoNotTouchEachOther) {
    TempFolder other_folder;
    const session::Session other = random_session(77, other_folder.path());
    const Rendered first = render(session_, folder_.path());
    render(other, other_folder.path());
    EXPECT_THAT(differing(render(session_, folder_.path()), first), testing::IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Sessions, Indifference, testing::Range(0, 6));

}  // namespace
}  // namespace dubplate::test
