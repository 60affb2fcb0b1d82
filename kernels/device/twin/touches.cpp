#include "kernels/device/twin/touches.h"

#include <algorithm>
#include <atomic>

namespace dubplate::device::twin {
namespace {

std::atomic<std::uint64_t> touched = 0;

}  // namespace

std::uint64_t touched_bytes() { return touched; }
void count_touched(std::uint64_t bytes) { touched += bytes; }

void Touches::say(const std::string& what) {
    if (wrong_.empty()) wrong_ = "kernel " + kernel_ + ", entry " + std::to_string(entry_) + ": " + what;
}

void Touches::demand(bool right, const char* what) {
    if (!right) say(what);
}

void Touches::holds(const void* at, std::int64_t count, std::size_t size, const char* what) {
    if (count < 0 || !memory_.holds(at, static_cast<std::size_t>(count) * size))
        say(std::string(what) + " does not lie in the device's memory");
}

void Touches::touch(const void* at, std::int64_t count, std::size_t size, const char* what, bool write) {
    if (count == 0) return;
    holds(at, count, size, what);
    const auto first = reinterpret_cast<std::uintptr_t>(at);
    (write ? written_ : read_).push_back({first, first + static_cast<std::size_t>(count) * size, entry_});
}

void Touches::touch(const Plane& plane, std::int64_t frames, const char* what, bool write) {
    if (frames == 0) return;
    if (plane.at < 0 || plane.at >= plane.capacity || frames > plane.capacity)
        return say(std::string(what) + " is shorter than what is asked of it");
    holds(plane.samples, plane.capacity, sizeof(float), what);
    const std::int64_t to_the_end = std::min(frames, plane.capacity - plane.at);
    touch(plane.samples + plane.at, to_the_end, sizeof(float), what, write);
    touch(plane.samples, frames - to_the_end, sizeof(float), what, write);
}

std::string Touches::wrong() {
    if (!wrong_.empty()) return wrong_;
    std::uint64_t bytes = 0;
    for (const auto* ranges : {&read_, &written_})
        for (const Range& range : *ranges) bytes += range.end - range.first;
    count_touched(bytes);
    const auto at_first = [](const Range& range) { return range.first; };
    std::ranges::sort(written_, {}, at_first);
    const auto clash = [&](const Range& range, const Range& write) {
        if (range.entry == write.entry || range.end <= write.first || write.end <= range.first) return false;
        entry_ = write.entry;
        say("it writes what entry " + std::to_string(range.entry) + " touches");
        return true;
    };
    for (std::size_t k = 1; k < written_.size(); ++k)
        if (clash(written_[k - 1], written_[k])) return wrong_;
    for (const Range& range : read_) {
        auto write = std::ranges::lower_bound(written_, range.first, {}, at_first);
        if (write != written_.begin()) --write;
        for (; write != written_.end() && write->first < range.end; ++write)
            if (clash(range, *write)) return wrong_;
    }
    return {};
}

}  // namespace dubplate::device::twin
