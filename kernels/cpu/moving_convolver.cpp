#include "kernels/cpu/moving_convolver.h"

#include <algorithm>
#include <cassert>
#include <map>
#include <mutex>

#include "kernels/cpu/fft.h"
#include "kernels/cpu/overlap_window.h"
#include "kernels/cpu/zeros.h"
#include "kernels/shared/math.h"

namespace dubplate::kernels {

struct MovingTransform {
    explicit MovingTransform(int length) : roots(2 * static_cast<std::size_t>(length)), window(overlap_window(length)) {
        for (std::size_t n = 0; n < window.size(); ++n)
            sine_cosine_of_turns(static_cast<double>(n) / (4.0 * length), roots[2 * n + 1], roots[2 * n]);
        rounded.assign(roots.begin(), roots.end());
    }

    AlignedVector<double> roots;   // [n][re, im] exp(pi i n / 2 length)
    AlignedVector<float> rounded;  // the same
    AlignedVector<float> window;   // [length]
};

namespace {

/// One of each length for all that run at the time.
std::shared_ptr<const MovingTransform> transform_of(int length) {
    static std::mutex lock;
    static std::map<int, std::weak_ptr<const MovingTransform>> known;
    const std::lock_guard guard(lock);
    auto& entry = known[length];
    auto transform = entry.lock();
    if (!transform) entry = transform = std::make_shared<const MovingTransform>(length);
    return transform;
}

void add_product(const float* x, const float* h, std::size_t floats, float* sum) {
    for (std::size_t k = 0; k < floats; k += 2) {
        sum[k] += x[k] * h[k] - x[k + 1] * h[k + 1];
        sum[k + 1] += x[k] * h[k + 1] + x[k + 1] * h[k];
    }
}

/// Buffers that hold nothing between calls.
struct Scratch {
    AlignedVector<float> points, sum;
    std::vector<AlignedVector<float>> inputs;  // [channel][bin][re, im]
};

}  // namespace

void MovingSpectra::set(std::span<const std::vector<float>> responses, std::vector<ConvolutionPath> paths) {
    paths_ = std::move(paths);
    spectra_.resize(responses.size());
    const std::size_t length = responses[0].size();
    const auto transform = transform_of(static_cast<int>(length));
    AlignedVector<double> points(2 * length), bins(2 * length);
    // The transforms' scale goes into the response; a power of two, so nothing is rounded.
    const double scale = 1.0 / static_cast<double>(length);
    for (std::size_t k = 0; k < responses.size(); ++k) {
        for (std::size_t n = 0; n < 2 * length; ++n)
            points[n] = scale * static_cast<double>(responses[k][n / 2]) * transform->roots[n];
        precise_fft(static_cast<int>(length), points.data(), bins.data());
        spectra_[k].assign(bins.begin(), bins.end());
    }
}

MovingConvolver::MovingConvolver(int channels, int length)
    : channels_(channels),
      hop_(length / 2),
      capacity_(2 * length),
      turn_(transform_of(length)),
      input_(static_cast<std::size_t>(channels * capacity_)),
      output_(input_.size()) {}

float* MovingConvolver::input(int channel, FrameCount frame) {
    return input_.data() + channel * capacity_ + place(frame);
}

float* MovingConvolver::output(int channel, FrameCount frame) {
    return output_.data() + channel * capacity_ + place(frame);
}

void MovingConvolver::convolve(FrameCount end, const MovingSpectra& spectra) {
    static thread_local Scratch scratch;
    const auto hop = static_cast<std::size_t>(hop_), length = 2 * hop, floats = 2 * length;
    const Fft& fft = complex_fft(static_cast<int>(length));
    scratch.points.resize(floats);
    scratch.sum.resize(floats);
    scratch.inputs.resize(static_cast<std::size_t>(channels_));
    std::vector<char> sounds(static_cast<std::size_t>(channels_), 0);
    for (int channel = 0; channel < channels_; ++channel) {
        const auto c = static_cast<std::size_t>(channel);
        for (std::size_t half = 0; half < length; half += hop) {
            const float* const from = input(channel, end - 2 * hop_ + static_cast<FrameCount>(half));
            sounds[c] |= !all_zero({from, hop});
            for (std::size_t n = half; n < half + hop; ++n) {
                const float sample = from[n - half] * turn_->window[n];
                scratch.points[2 * n] = sample * turn_->rounded[2 * n];
                scratch.points[2 * n + 1] = sample * turn_->rounded[2 * n + 1];
            }
        }
        scratch.inputs[c].resize(floats);
        if (sounds[c]) fft.forward(scratch.points.data(), scratch.inputs[c].data());
    }
    for (int out = 0; out < channels_; ++out) {
        std::fill(scratch.sum.begin(), scratch.sum.end(), 0.0f);
        bool any = false;
        for (const ConvolutionPath& path : spectra.paths_) {
            const auto in = static_cast<std::size_t>(path.in);
            if (path.out != out || !sounds[in]) continue;
            const auto& response = spectra.spectra_[static_cast<std::size_t>(path.response)];
            assert(response.size() == floats && "responses have the convolver's length");
            add_product(scratch.inputs[in].data(), response.data(), floats, scratch.sum.data());
            any = true;
        }
        if (!any) continue;
        fft.backward(scratch.sum.data(), scratch.points.data());
        // Real parts are the first half of what comes out, imaginary parts the second.
        for (std::size_t half = 0; half < length; half += hop) {
            float* const first = output(out, end - 2 * hop_ + static_cast<FrameCount>(half));
            float* const second = output(out, end + static_cast<FrameCount>(half));
            for (std::size_t n = half; n < half + hop; ++n) {
                const float re = scratch.points[2 * n], im = scratch.points[2 * n + 1];
                const float root_re = turn_->rounded[2 * n], root_im = turn_->rounded[2 * n + 1];
                first[n - half] += re * root_re + im * root_im;
                second[n - half] += im * root_re - re * root_im;
            }
        }
    }
}

bool MovingConvolver::hears(FrameCount end) const {
    for (int channel = 0; channel < channels_; ++channel)
        for (FrameCount first = end - 2 * hop_; first < end; first += hop_)
            if (!all_zero({input_.data() + channel * capacity_ + place(first), static_cast<std::size_t>(hop_)}))
                return true;
    return false;
}

bool MovingConvolver::rests() const { return all_zero(input_) && all_zero(output_); }

}  // namespace dubplate::kernels
