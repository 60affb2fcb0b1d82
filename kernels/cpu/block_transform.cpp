#include "kernels/cpu/block_transform.h"

#include <algorithm>
#include <cassert>
#include <type_traits>

#include "kernels/cpu/pack.h"
#include "kernels/shared/math.h"

namespace dubplate::kernels {
namespace {

constexpr int kMostPoints = 2048;

/// Complex numbers side by side, a register of real and one of imaginary parts.
template <class T>
using Register = Pack<T, kRegisterBytes / static_cast<int>(sizeof(T))>;
template <class N>
struct Complex {
    N re, im;
};
template <class N>
DUBPLATE_HD Complex<N> operator+(Complex<N> a, Complex<N> b) {
    return {a.re + b.re, a.im + b.im};
}
template <class N>
DUBPLATE_HD Complex<N> operator-(Complex<N> a, Complex<N> b) {
    return {a.re - b.re, a.im - b.im};
}
template <class N>
DUBPLATE_HD Complex<N> operator*(Complex<N> a, Complex<N> b) {
    return {fma(a.re, b.re, -(a.im * b.im)), fma(a.re, b.im, a.im * b.re)};
}
template <class N>
DUBPLATE_HD Complex<N> times_minus_i(Complex<N> a) {
    return {a.im, -a.re};
}

/// x(r) becomes the sum over m of x(m) exp(-2 pi i m r / R).
template <class N>
DUBPLATE_HD void transform(Complex<N> (&)[1]) {}
template <class N>
DUBPLATE_HD void transform(Complex<N> (&x)[2]) {
    const Complex<N> a = x[0];
    x[0] = a + x[1];
    x[1] = a - x[1];
}
template <class N>
DUBPLATE_HD void transform(Complex<N> (&x)[4]) {
    const Complex<N> even_sum = x[0] + x[2], even = x[0] - x[2], odd_sum = x[1] + x[3];
    const Complex<N> odd = times_minus_i(x[1] - x[3]);
    x[0] = even_sum + odd_sum;
    x[1] = even + odd;
    x[2] = even_sum - odd_sum;
    x[3] = even - odd;
}
template <class N>
DUBPLATE_HD void transform(Complex<N> (&x)[8]) {
    const N root(0.707106781186547524401);  // of 1/2
    Complex<N> even[4] = {x[0], x[2], x[4], x[6]}, odd[4] = {x[1], x[3], x[5], x[7]};
    transform(even);
    transform(odd);
    odd[1] = {(odd[1].re + odd[1].im) * root, (odd[1].im - odd[1].re) * root};
    odd[2] = times_minus_i(odd[2]);
    odd[3] = {(odd[3].im - odd[3].re) * root, -(odd[3].re + odd[3].im) * root};
    for (int r = 0; r < 4; ++r) {
        x[r] = even[r] + odd[r];
        x[r + 4] = even[r] - odd[r];
    }
}

/// exp(pi i m / 2R): the roots of part m's first point.
template <int R>
struct FirstRoots {
    double re[R], im[R];
    FirstRoots() {
        for (int m = 0; m < R; ++m) sine_cosine_of_turns(m / (4.0 * R), im[m], re[m]);
    }
};

template <int R, class T>
DUBPLATE_HD Complex<Register<T>> load_roots(const T* roots, int part, int point) {
    constexpr int kRun = BlockRoots::kRun;
    const T* const at = roots + 2 * kRun * (point / kRun * R + part) + point % kRun;
    return {load<Register<T>>(at), load<Register<T>>(at + kRun)};
}

template <int W>
DUBPLATE_HD void store_in_turn(double* to, Pack<double, W> re, Pack<double, W> im) {
    double parts[2][W];
    store(parts[0], re);
    store(parts[1], im);
    for (int i = 0; i < W; ++i) to[2 * i] = parts[0][i], to[2 * i + 1] = parts[1][i];
}

/// z's points at the same place of every part, times the roots, summed for each part of the spectrum.
/// real and imaginary [R][points], to [R][stride], each [points][re, im].
template <int R, class T>
void part_points(const T* real, const T* imaginary, const T* roots, int points, T* to, std::size_t stride) {
    using N = Register<T>;
    const FirstRoots<R> first;
    for (int point = 0; point < points; point += LaneTraits<N>::lanes) {
        Complex<N> z[R];
        for (int m = 0; m < R; ++m) {
            const Complex<N> at{load<N>(real + m * points + point), load<N>(imaginary + m * points + point)};
            z[m] = m == 0 ? at : at * Complex<N>{N(static_cast<T>(first.re[m])), N(static_cast<T>(first.im[m]))};
        }
        transform(z);
        for (int r = 0; r < R; ++r) {
            const Complex<N> turned = z[r] * load_roots<R>(roots, r, point);
            store_in_turn(to + static_cast<std::size_t>(r) * stride + 2 * point, turned.re, turned.im);
        }
    }
}

/// The way back, of which only the imaginary parts are wanted: from [R][stride], block [R][points].
template <int R>
void join_points(const float* from, std::size_t stride, const float* roots, int points, float* block) {
    using N = Register<float>;
    const FirstRoots<R> first;
    for (int point = 0; point < points; point += LaneTraits<N>::lanes) {
        Complex<N> z[R];  // conjugate, so that the same transform goes the other way
        for (int r = 0; r < R; ++r) {
            Complex<N> at;
            load_from_turn(from + static_cast<std::size_t>(r) * stride + 2 * point, at.re, at.im);
            const Complex<N> root = load_roots<R>(roots, r, point);
            z[r] = {fma(at.re, root.re, at.im * root.im), fma(at.re, root.im, -(at.im * root.re))};
        }
        transform(z);
        for (int m = 0; m < R; ++m) {
            const N re(static_cast<float>(-first.re[m])), im(static_cast<float>(-first.im[m]));
            store(block + m * points + point, fma(z[m].im, re, z[m].re * im));
        }
    }
}

/// Calls `run` with the number of parts as a constant.
template <class Run>
void for_parts(int parts, const Run& run) {
    switch (parts) {
        case 1: return run(std::integral_constant<int, 1>());
        case 2: return run(std::integral_constant<int, 2>());
        case 4: return run(std::integral_constant<int, 4>());
        default: return run(std::integral_constant<int, 8>());
    }
}

}  // namespace

BlockTransform::BlockTransform(int frames)
    : parts_(std::max(1, frames / kMostPoints)),
      points_(frames / parts_),
      fft_(&complex_fft(points_)),
      roots_(&block_roots(frames, parts_)) {
    assert(frames >= 64 && parts_ <= 8 && points_ * parts_ == frames);
}

void BlockTransform::split(const float* before, const float* block, float* points, std::size_t stride) const {
    for_parts(parts_, [&](auto parts) {
        part_points<parts()>(before, block, roots_->rounded.data(), points_, points, stride);
    });
}

void BlockTransform::precise(std::span<const float> partition, double scale, float* spectrum, std::size_t stride,
                             UninitialisedVector<double>& scratch) const {
    const std::size_t part_size = part_floats(), size = static_cast<std::size_t>(parts_) * part_size;
    assert(partition.size() <= size / 2);
    if (scratch.size() < 2 * size + part_size) scratch = UninitialisedVector<double>(2 * size + part_size);
    double* const time = scratch.data();  // [re, im][P]
    double* const points = time + size;   // [part][bin][re, im]
    double* const bins = points + size;
    std::fill(std::copy(partition.begin(), partition.end(), time), points, 0.0);
    for_parts(parts_, [&](auto parts) {
        part_points<parts()>(time, time + size / 2, roots_->precise.data(), points_, points, part_size);
    });
    for (std::size_t part = 0; part < static_cast<std::size_t>(parts_); ++part) {
        precise_fft(points_, points + part * part_size, bins);
        for (std::size_t i = 0; i < part_size; ++i) spectrum[part * stride + i] = static_cast<float>(bins[i] * scale);
    }
}

void BlockTransform::join(const float* points, std::size_t stride, float* block) const {
    for_parts(parts_,
              [&](auto parts) { join_points<parts()>(points, stride, roots_->rounded.data(), points_, block); });
}

}  // namespace dubplate::kernels
