#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <functional>

#include "kernels/device/twin/twin.h"
#include "tests/support/device_run.h"

namespace dubplate {
namespace {

using namespace test;
using device::Backend;
using device::Event;
using device::InjectedTwinFaults;
using device::Queue;
using device::Status;
using testing::HasSubstr;

constexpr std::array kQueues{Queue::up, Queue::compute, Queue::down};
constexpr std::size_t kMebibyte = 1 << 20;

TEST(TwinFaults, AbsentItSaysSoEverywhere) {
    const InjectedTwinFaults faults({.absent = true});
    const Backend& twin = *device::twin_backend();
    char why[100] = "";
    EXPECT_EQ(twin.count(why, sizeof why), 0);
    EXPECT_STREQ(why, "the twin was asked not to be there");
    device::DeviceFacts facts{};
    EXPECT_EQ(twin.describe(0, &facts, why, sizeof why), Status::unavailable);
    device::Context* context = nullptr;
    EXPECT_EQ(twin.open(0, &context, why, sizeof why), Status::unavailable);
    EXPECT_EQ(context, nullptr);
}

TEST(TwinFaults, AreThoseOfTheTimeAContextIsOpened) {
    device::DeviceFacts facts{};
    {
        const InjectedTwinFaults small({.memory_bytes = kMebibyte});
        device::twin_backend()->describe(0, &facts, nullptr, 0);
        EXPECT_EQ(facts.memory_bytes, kMebibyte);
    }
    DeviceRun run(*device::twin_backend());
    EXPECT_NE(run.room<char>(2 * kMebibyte), nullptr);
}

TEST(TwinFaults, OutOfMemoryTheContextGoesOn) {
    const InjectedTwinFaults small({.memory_bytes = kMebibyte, .pinned_bytes = kMebibyte});
    DeviceRun run(*device::twin_backend());
    const Backend& twin = run.backend();
    for (const auto& [allocate, release] :
         {std::pair{twin.allocate, twin.release}, std::pair{twin.allocate_pinned, twin.release_pinned}}) {
        void *memory = nullptr, *more = nullptr;
        EXPECT_EQ(allocate(run.context(), kMebibyte + 1, &memory), Status::out_of_memory);
        EXPECT_STREQ(twin.message(run.context()), "1048577 bytes were asked for, 1048576 are free");
        EXPECT_EQ(memory, nullptr);
        EXPECT_EQ(allocate(run.context(), kMebibyte / 2, &memory), Status::ok);
        EXPECT_EQ(allocate(run.context(), kMebibyte / 2 + 1, &more), Status::out_of_memory);
        EXPECT_EQ(release(run.context(), memory), Status::ok);
        EXPECT_EQ(allocate(run.context(), kMebibyte, &memory), Status::ok);
        EXPECT_EQ(release(run.context(), memory), Status::ok);
    }
    std::uint64_t bytes = 0;
    float* const memory = run.up(std::vector<float>{1.0f, 2.0f});
    EXPECT_EQ(twin.free_memory(run.context(), &bytes), Status::ok);
    EXPECT_EQ(bytes, kMebibyte - 8);
    EXPECT_EQ(run.down(memory, 2), (std::vector<float>{1.0f, 2.0f}));
}

struct Notified {
    int times = 0;
    Status status = Status::ok;
    static void call(void* user, Status status) {
        auto& notified = *static_cast<Notified*>(user);
        ++notified.times;
        notified.status = status;
    }
};

/// Work on all queues that wait for each other, each step notified; what was notified, [step][queue].
std::vector<std::array<Notified, 3>> notified_around_a_loss(DeviceRun& run) {
    const Backend& twin = run.backend();
    std::vector<std::array<Notified, 3>> notified(4);
    std::array<Event*, 3> events{};
    for (Event*& event : events) EXPECT_EQ(twin.create_event(run.context(), &event), Status::ok);
    void* memory = nullptr;
    EXPECT_EQ(twin.allocate(run.context(), 100, &memory), Status::ok);
    for (auto& step : notified)
        for (std::size_t k = 0; k < kQueues.size(); ++k) {
            // Statuses from here on are ok or, once it has been noticed, lost.
            const Status status[] = {twin.wait(run.context(), events[(k + 2) % 3], kQueues[k]),
                                     twin.clear(run.context(), kQueues[k], memory, 100),
                                     twin.record(run.context(), events[k], kQueues[k])};
            EXPECT_TRUE(std::is_sorted(std::begin(status), std::end(status)));
            EXPECT_THAT(status, testing::Each(testing::AnyOf(Status::ok, Status::lost)));
            EXPECT_EQ(twin.notify(run.context(), kQueues[k], Notified::call, &step[k]), Status::ok);
        }
    EXPECT_EQ(twin.synchronise(run.context()), Status::lost);
    return notified;
}

TEST(TwinFaults, LostAtAnyOperationEverythingIsNotifiedOnce) {
    for (const Queue lost_queue : kQueues)
        for (std::int64_t lost_at = 1; lost_at <= 12; ++lost_at) {
            SCOPED_TRACE(testing::Message() << "queue " << static_cast<int>(lost_queue) << ", operation " << lost_at);
            const InjectedTwinFaults faults(
                {.lost_queue = lost_queue, .lost_at = lost_at, .most_delay_us = 50, .seed = 1});
            DeviceRun run(*device::twin_backend());
            const auto notified = notified_around_a_loss(run);
            for (std::size_t queue = 0; queue < 3; ++queue) {
                Status before = Status::ok;
                for (const auto& step : notified) {
                    EXPECT_EQ(step[queue].times, 1);
                    EXPECT_THAT(step[queue].status, testing::AnyOf(Status::ok, Status::lost));
                    EXPECT_GE(step[queue].status, before);  // what is lost stays lost
                    before = step[queue].status;
                }
            }
            EXPECT_EQ(notified.back()[static_cast<std::size_t>(lost_queue)].status, Status::lost);
        }
}

TEST(TwinFaults, LostNothingWorksButNotifyAndClose) {
    const InjectedTwinFaults faults({.lost_queue = Queue::up, .lost_at = 1});
    DeviceRun run(*device::twin_backend());
    const Backend& twin = run.backend();
    device::Context* const context = run.context();
    void *memory = nullptr, *pinned = nullptr, *none = nullptr;
    Event *event = nullptr, *no_event = nullptr;
    run.must(twin.allocate(context, 64, &memory));
    run.must(twin.allocate_pinned(context, 64, &pinned));
    run.must(twin.create_event(context, &event));
    run.must(twin.clear(context, Queue::up, memory, 64));
    EXPECT_EQ(twin.synchronise(context), Status::lost);
    EXPECT_STREQ(twin.message(context), "the twin was asked to break here");

    const device::UnpackParams params{};
    std::uint64_t bytes = 0;
    float milliseconds = 0.0f;
    for (const std::function<Status()>& call : std::initializer_list<std::function<Status()>>{
             [&] { return twin.free_memory(context, &bytes); }, [&] { return twin.allocate(context, 1, &none); },
             [&] { return twin.allocate_pinned(context, 1, &none); }, [&] { return twin.release(context, memory); },
             [&] { return twin.release_pinned(context, pinned); },
             [&] { return twin.copy_up(context, Queue::up, memory, pinned, 64); },
             [&] { return twin.copy_down(context, Queue::down, pinned, memory, 64); },
             [&] { return twin.clear(context, Queue::compute, memory, 64); },
             [&] { return twin.launch(context, Queue::compute, device::Kernel::unpack, &params, sizeof params); },
             [&] { return twin.transform(context, Queue::compute, 16, device::Direction::forward, memory, 1); },
             [&] { return twin.create_event(context, &no_event); },
             [&] { return twin.record(context, event, Queue::up); },
             [&] { return twin.wait(context, event, Queue::down); },
             [&] { return twin.elapsed(context, event, event, &milliseconds); },
             [&] { return twin.destroy_event(context, event); }, [&] { return twin.synchronise(context); }})
        EXPECT_EQ(call(), Status::lost);
    EXPECT_EQ(none, nullptr);

    Notified notified;
    EXPECT_EQ(twin.notify(context, Queue::compute, Notified::call, &notified), Status::ok);
    EXPECT_EQ(twin.synchronise(context), Status::lost);
    EXPECT_EQ(notified.times, 1);
    EXPECT_EQ(notified.status, Status::lost);
    EXPECT_STREQ(twin.message(context), "the twin was asked to break here");
}

/// What is said of a call that no device would forgive.
std::string said_of(const std::function<void(DeviceRun&, char* memory, char* pinned)>& call) {
    DeviceRun run(*device::twin_backend());
    void* pinned = nullptr;
    char* const memory = run.room<char>(1024);
    run.must(run.backend().allocate_pinned(run.context(), 1024, &pinned));
    call(run, memory, static_cast<char*>(pinned));
    EXPECT_EQ(run.backend().synchronise(run.context()), Status::lost);
    return run.backend().message(run.context());
}

TEST(TwinFaults, WhatNoDeviceForgivesLosesTheContextWithWords) {
    const auto put = [](auto function, auto... rest) {
        return [=](DeviceRun& run, char*, char*) { (run.backend().*function)(run.context(), Queue::compute, rest...); };
    };
    EXPECT_THAT(said_of([](DeviceRun& run, char* memory, char*) {
                    char on_the_stack[8] = "";
                    run.backend().copy_up(run.context(), Queue::up, memory, on_the_stack, 8);
                    run.backend().synchronise(run.context());
                }),
                HasSubstr("reads what is not pinned"));
    EXPECT_THAT(said_of([](DeviceRun& run, char* memory, char* pinned) {
                    run.backend().copy_up(run.context(), Queue::up, memory + 1, pinned, 1024);
                }),
                HasSubstr("writes what is not the device's"));
    EXPECT_THAT(said_of([](DeviceRun& run, char* memory, char*) {
                    run.backend().copy_down(run.context(), Queue::up, memory, memory, 1);
                }),
                HasSubstr("writes what is not pinned"));
    EXPECT_THAT(said_of([](DeviceRun& run, char* memory, char* pinned) {
                    run.must(run.backend().release(run.context(), memory));
                    run.backend().copy_down(run.context(), Queue::up, pinned, memory, 1);
                }),
                HasSubstr("reads what is not the device's"));
    EXPECT_THAT(
        said_of([](DeviceRun& run, char*, char* pinned) { run.backend().clear(run.context(), Queue::up, pinned, 1); }),
        HasSubstr("cleared"));
    EXPECT_THAT(
        said_of([](DeviceRun& run, char* memory, char*) { run.backend().release(run.context(), memory + 256); }),
        HasSubstr("never given"));
    EXPECT_THAT(said_of([](DeviceRun& run, char*, char* pinned) {
                    run.launch(device::Kernel::retain,
                               device::RetainParams{reinterpret_cast<const device::RetainEntry*>(pinned), 1, 16});
                }),
                HasSubstr("kernel retain, entry 0: its table does not lie"));
    EXPECT_THAT(said_of(put(&Backend::launch, device::Kernel::retain, "short", std::size_t{5})),
                HasSubstr("bytes of parameters, not 5"));
    EXPECT_THAT(said_of(put(&Backend::launch, static_cast<device::Kernel>(99), "", std::size_t{0})),
                HasSubstr("no kernel 99"));
    for (const std::int32_t points : {0, 8, 17, 1 << 17})
        EXPECT_THAT(said_of([=](DeviceRun& run, char* memory, char*) {
                        run.transform(points, device::Direction::forward, memory, 1);
                    }),
                    HasSubstr("no transform of"));
    // Two of four transforms of 32 points fit.
    EXPECT_THAT(
        said_of([](DeviceRun& run, char* memory, char*) { run.transform(64, device::Direction::backward, memory, 2); }),
        HasSubstr("whole batches of 4"));
    EXPECT_THAT(said_of([](DeviceRun& run, char* memory, char*) {
                    run.transform(16, device::Direction::forward, memory + 32, 1);
                }),
                HasSubstr("on 64 bytes"));
    EXPECT_THAT(said_of([](DeviceRun& run, char*, char*) {
                    Event* event = nullptr;
                    float milliseconds = 0.0f;
                    run.must(run.backend().create_event(run.context(), &event));
                    run.backend().elapsed(run.context(), event, event, &milliseconds);
                }),
                HasSubstr("has not happened"));
}

}  // namespace
}  // namespace dubplate
