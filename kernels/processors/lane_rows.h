#pragma once

/// What of a processor belongs to single lanes, so that a strip can move from one instance to another of any width.
///
/// A row holds one element for every lane: a coefficient, a state, one frame of a delay line. Two instances that were made
/// from the same strips have the same rows, whatever their widths. What all lanes share and what moves with time (the
/// place in a ring) is common: it is copied where all lanes that run move together, never with a single one.
/// Pointers stay valid as long as the processor and what it has allocated for its lanes.

#include <cassert>
#include <cstddef>
#include <cstring>
#include <type_traits>
#include <vector>

namespace dubplate::kernels {

class LaneRows {
public:
    explicit LaneRows(int width) : width_(static_cast<std::size_t>(width)) {}

    /// `count` rows of `width` elements, one after the other.
    template <class T>
    void add(T* rows, std::size_t count) {
        add(rows, count, width_);
    }
    /// Rows of `stride` elements in which the lanes repeat.
    template <class T>
    void add(T* rows, std::size_t count, std::size_t stride) {
        static_assert(std::is_trivially_copyable_v<T>);
        assert(stride % width_ == 0);
        rows_.push_back({reinterpret_cast<std::byte*>(rows), count, sizeof(T), stride});
        bytes_per_lane_ += count * sizeof(T);
    }
    /// A Pack or an array of them, or a struct of nothing else, of elements T.
    template <class T, class Packs>
    void add_packs(Packs& packs) {
        static_assert(std::is_trivially_copyable_v<Packs>);
        assert(sizeof(Packs) % (sizeof(T) * width_) == 0);
        add(reinterpret_cast<T*>(&packs), sizeof(Packs) / (sizeof(T) * width_));
    }
    template <class T>
    void add_common(T& value) {
        static_assert(std::is_trivially_copyable_v<T>);
        common_.push_back({reinterpret_cast<std::byte*>(&value), sizeof(T)});
    }

    std::size_t bytes_per_lane() const { return bytes_per_lane_; }

    void save(int lane, std::byte* to) const {
        for (const Rows& rows : rows_) {
            const std::byte* from = rows.at + static_cast<std::size_t>(lane) * rows.size;
            for (std::size_t row = 0; row < rows.count; ++row, from += rows.stride * rows.size, to += rows.size)
                std::memcpy(to, from, rows.size);
        }
    }
    void load(int lane, const std::byte* from) const {
        for (const Rows& rows : rows_)
            for (std::size_t row = 0; row < rows.count; ++row, from += rows.size)
                for (std::size_t at = static_cast<std::size_t>(lane); at < rows.stride; at += width_)
                    std::memcpy(rows.at + (row * rows.stride + at) * rows.size, from, rows.size);
    }
    void take_common(const LaneRows& other) const {
        assert(common_.size() == other.common_.size());
        for (std::size_t k = 0; k < common_.size(); ++k)
            std::memcpy(common_[k].at, other.common_[k].at, common_[k].size);
    }

private:
    struct Rows {
        std::byte* at;
        std::size_t count, size, stride;  // elements; `size` in bytes
    };
    struct Common {
        std::byte* at;
        std::size_t size;
    };
    std::size_t width_, bytes_per_lane_ = 0;
    std::vector<Rows> rows_;
    std::vector<Common> common_;
};

}  // namespace dubplate::kernels
