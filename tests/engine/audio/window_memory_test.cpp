#include "engine/audio/window_memory.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <thread>
#include <utility>

namespace dubplate::audio {
namespace {

TEST(WindowMemory, LiesOnACacheLineAndHoldsWhatIsAskedFor) {
    for (const std::size_t bytes :
         {std::size_t{1}, WindowMemory::kUsualBytes, WindowMemory::kUsualBytes + 1, std::size_t{5'000'000}}) {
        WindowMemory memory;
        EXPECT_EQ(memory.data(), nullptr);
        memory.hold(bytes);
        ASSERT_NE(memory.data(), nullptr);
        EXPECT_EQ(reinterpret_cast<std::uintptr_t>(memory.data()) % 64, 0u);
        std::fill_n(memory.data(), bytes, std::byte{1});
    }
}

TEST(WindowMemory, GivenBackIsWhatTheSameThreadGetsNext) {
    WindowMemory first, second;
    first.hold(1000);
    second.hold(1000);
    std::byte* const at = first.data();
    EXPECT_NE(second.data(), at);
    first.give_back();
    EXPECT_EQ(first.data(), nullptr);
    std::thread([&] {
        WindowMemory other;
        other.hold(1000);
        EXPECT_NE(other.data(), at);
    }).join();
    WindowMemory next;
    next.hold(WindowMemory::kUsualBytes);
    EXPECT_EQ(next.data(), at);
}

TEST(WindowMemory, IsKeptWhereItIsLargeEnoughAndMoved) {
    WindowMemory memory;
    memory.hold(1000);
    std::byte* const at = memory.data();
    memory.hold(WindowMemory::kUsualBytes);
    EXPECT_EQ(memory.data(), at);
    WindowMemory other = std::move(memory);
    EXPECT_EQ(other.data(), at);
    memory = std::move(other);
    EXPECT_EQ(memory.data(), at);
    memory.hold(WindowMemory::kUsualBytes + 1);
    WindowMemory next;
    next.hold(1);
    EXPECT_EQ(next.data(), at);
}

}  // namespace
}  // namespace dubplate::audio
