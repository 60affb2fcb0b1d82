#include <gtest/gtest.h>

#include "tests/support/render_session.h"
#include "tests/support/session_fuzzer.h"

namespace dubplate::test {
namespace {

using render::RenderJob;

/// Whole renders small enough to run under a sanitizer, on std::threads: Debian's TBB is not instrumented.
class RenderOnThreads : public testing::TestWithParam<int> {};

TEST_P(RenderOnThreads, ChunksAndStemsInFlightGiveTheSameBits) {
    TempFolder folder;
    FuzzSettings settings;
    settings.seconds = 0.4;
    settings.split_keys = GetParam() != 0;
    settings.surround = GetParam() == 2;
    const session::Session session =
        random_session(static_cast<std::uint64_t>(GetParam()) + 500, folder.path(), settings);
    const auto with_threads = [&](int threads) {
        return render(session, folder.path(),
                      [&](RenderJob& job) {
                          job.executor = render::ExecutorKind::threads;
                          job.threads = threads;
                          job.chunk_frames = 8192;
                          job.stems.kind = render::StemSelection::Kind::each_track;
                      })
            .hashes;
    };
    EXPECT_EQ(with_threads(4), with_threads(1));
}

TEST_P(RenderOnThreads, ACancelledRenderStopsCleanly) {
    TempFolder folder;
    const session::Session session = random_session(static_cast<std::uint64_t>(GetParam()) + 600, folder.path());
    RenderJob job;
    job.output_folder = folder.file("out");
    job.executor = render::ExecutorKind::threads;
    job.threads = 4;
    job.chunk_frames = 8192;
    const auto report = render::render(session, job, [](const render::Progress& now) { return now.frames_total == 0; });
    if (!report) {
        EXPECT_EQ(report.error().code, ErrorCode::cancelled);
    }
}

INSTANTIATE_TEST_SUITE_P(Sessions, RenderOnThreads, testing::Range(0, 4));

}  // namespace
}  // namespace dubplate::test
