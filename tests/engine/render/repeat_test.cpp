#include <gtest/gtest.h>
#include <malloc.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "tests/support/process.h"
#include "tests/support/render_session.h"

namespace dubplate::test {
namespace {

/// What a process may slowly run out of.
struct Holding {
    std::int64_t heap_bytes =
        0;  ///< in use, of all arenas; 0 under the address sanitizer, whose leak check counts then
    std::int64_t resident_bytes = 0;
    int descriptors = 0, threads = 0;
};

Holding holding() {
    Holding now;
    const struct mallinfo2 info = mallinfo2();
    now.heap_bytes = static_cast<std::int64_t>(info.uordblks + info.hblkhd);
    std::ifstream statm("/proc/self/statm");
    std::int64_t total = 0;
    statm >> total >> now.resident_bytes;
    now.resident_bytes *= sysconf(_SC_PAGESIZE);
    now.descriptors = open_descriptors();
    now.threads = running_threads();
    return now;
}

Audio noise(std::size_t frames) {
    Audio audio(1, std::vector<float>(frames));
    std::uint32_t state = 1;
    for (float& sample : audio[0]) {
        state = state * 1664525u + 1013904223u;
        sample = static_cast<float>(state >> 8) / static_cast<float>(1 << 25) - 0.25f;
    }
    return audio;
}

/// Short, but with everything that allocates: a decoded source, a response, a side-chain, a delay, automation, stems.
session::Session everything(const TempFolder& folder) {
    write_wav(folder.file("noise.wav"), noise(2000));
    write_wav(folder.file("other-rate.wav"), noise(2000), 44100);
    write_wav(folder.file("response.wav"), noise(500));
    session::Session session = empty_session(folder.path());
    add_bus(session, "Bus");
    add_return(session, "Room").inserts = {insert("convolution", {{"impulse", "response.wav"}})};
    add_return(session, "Echo").inserts = {insert("delay")};
    for (const char* name : {"A", "B"}) {
        session::Strip& track = add_track(session, name, name[0] == 'A' ? "noise.wav" : "other-rate.wav");
        track.output = "Bus";
        track.inserts = {insert("eq", {{"bands/0/gain", "3 dB"}}), insert("compressor")};
        if (name[0] == 'A') track.inserts[1].key = session::Key{.strip = "B"};
        track.sends = {{.to = "Room"}, {.to = "Echo"}};
        track.lanes = {lane("fader", {{"0 s", "-6 dB"}, {"10 ms", "0 dB"}})};
    }
    strip(session, "Master").inserts = {insert("limiter")};
    session.end = session::seconds(0.05);
    return session;
}

int render_count() {
    const char* const chosen = std::getenv("DUBPLATE_RENDERS");
    return chosen != nullptr ? std::atoi(chosen) : 300;
}

/// Half of the renders are cancelled or fail: what is given up must be given back too. DUBPLATE_RENDERS=10000 renders as
/// many, and says what is held after each hundred.
TEST(Repeat, ManyRendersInOneProcessHoldNoMoreThanAFew) {
    constexpr int kWarmUp = 100;
    constexpr std::int64_t kHeapSlack = 32 << 10, kHeapOfAThread = 1 << 20;
    constexpr int kPooledThreads = 4;  // TBB keeps its threads, and may start the last of them late
    TempFolder folder;
    const session::Session session = everything(folder);
    session::Session broken = session;
    broken.strips[0].clips[0].file = "missing.wav";
    render::RenderJob job;
    job.output_folder = folder.file("out");
    job.threads = 2;
    job.oversubscribe = true;
    Holding warm;
    const int count = std::max(render_count(), kWarmUp + 1);
    for (int round = 1; round <= count; ++round) {
        job.executor = round % 3 == 0 ? render::ExecutorKind::threads : render::ExecutorKind::tbb;
        const auto whole = render::render(session, job);
        ASSERT_TRUE(whole) << whole.error().message;
        const auto given_up = render::render(round % 2 == 0 ? session : broken, job,
                                             [&](const render::Progress&) { return round % 2 != 0; });
        ASSERT_FALSE(given_up);
        if (round == kWarmUp) warm = holding();
        if (count > 1000 && round % 100 == 0) {
            const Holding now = holding();
            std::printf("%d renders: heap %lld bytes, resident %lld KiB, %d descriptors, %d threads\n", round,
                        static_cast<long long>(now.heap_bytes), static_cast<long long>(now.resident_bytes / 1024),
                        now.descriptors, now.threads);
        }
    }
    const Holding end = holding();
    EXPECT_LE(end.threads, warm.threads + kPooledThreads);
    EXPECT_LE(end.heap_bytes, warm.heap_bytes + kHeapSlack + kHeapOfAThread * std::max(end.threads - warm.threads, 0));
    EXPECT_LE(end.descriptors, warm.descriptors);
}

}  // namespace
}  // namespace dubplate::test
