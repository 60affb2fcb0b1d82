#include <gtest/gtest.h>
#include <sched.h>

#include "tests/support/render_session.h"
#include "tests/support/session_fuzzer.h"

namespace dubplate::test {
namespace {

using render::RenderJob;

TEST(Threads, AreNoMoreThanTheProcessMayUseProcessors) {
    RenderJob job;
    EXPECT_EQ(threads_of(job), render::usable_processors());
    job.threads = 1;
    EXPECT_EQ(threads_of(job), 1);
    job.threads = render::usable_processors() + 3;
    EXPECT_EQ(threads_of(job), render::usable_processors());
    job.oversubscribe = true;
    EXPECT_EQ(threads_of(job), job.threads);
}

TEST(Threads, AreAsManyAsTheProcessIsLeft) {
    cpu_set_t before, one;
    ASSERT_EQ(sched_getaffinity(0, sizeof before, &before), 0);
    CPU_ZERO(&one);
    int first = 0;
    while (!CPU_ISSET(first, &before)) ++first;
    CPU_SET(first, &one);
    ASSERT_EQ(sched_setaffinity(0, sizeof one, &one), 0);
    RenderJob job;
    job.threads = 2;
    const int alone = threads_of(job);
    ASSERT_EQ(sched_setaffinity(0, sizeof before, &before), 0);
    EXPECT_EQ(alone, 1);
}

TEST(Threads, AreToldAsTheyWere) {
    TempFolder folder;
    const session::Session session = random_session(700, folder.path());
    const int most = render::usable_processors();
    for (const bool oversubscribe : {false, true}) {
        const Rendered rendered = render(session, folder.path(), [&](RenderJob& job) {
            job.executor = render::ExecutorKind::threads;
            job.threads = most + 1;
            job.oversubscribe = oversubscribe;
        });
        EXPECT_EQ(rendered.report.threads, oversubscribe ? most + 1 : most);
    }
}

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
    job.oversubscribe = true;
    job.chunk_frames = 8192;
    const auto report = render::render(session, job, [](const render::Progress& now) { return now.frames_total == 0; });
    if (!report) {
        EXPECT_EQ(report.error().code, ErrorCode::cancelled);
    }
}

INSTANTIATE_TEST_SUITE_P(Sessions, RenderOnThreads, testing::Range(0, 4));

}  // namespace
}  // namespace dubplate::test
