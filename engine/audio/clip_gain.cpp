#include "engine/audio/clip_gain.h"

#include <algorithm>

#include "engine/base/portable_math.h"
#include "kernels/cpu/pack.h"
#include "kernels/shared/math.h"
#include "session-format/model/values.h"

namespace dubplate::audio {

namespace {

constexpr int kLanes = 8;
/// Bend of the fixed shapes, as a custom fade of that bend would have: -18.5 dB and -1.1 dB half way.
constexpr double kExponentialBend = 0.5;

/// From 0 to 1 over t in 0..1, bent: (e^(k t) - 1) / (e^k - 1), k = 8 bend.
double bent(double bend, double t) {
    const double k = 8.0 * bend;
    return t * portable_expm1_over_x(k * t) / portable_expm1_over_x(k);
}

/// gains[k] *= 2^(level) of levels that run straight from `db`, `slope` dB a frame.
void multiply_by_line(double db, double slope, FrameCount first, int count, double* gains) {
    using Levels = kernels::Pack<double, kLanes>;
    for (int k = 0; k < count; k += kLanes) {
        double frames[kLanes], factors[kLanes];
        const int lanes = std::min(kLanes, count - k);
        for (int lane = 0; lane < kLanes; ++lane) frames[lane] = static_cast<double>(first + k + lane);
        const Levels levels = kernels::fma(Levels(slope), kernels::load<Levels>(frames), Levels(db));
        // Lanes beyond the count may leave the line's range: kept within what exp2 takes.
        const Levels within = kernels::min(kernels::max(levels, Levels(-1000.0)), Levels(1000.0));
        const Levels result = kernels::exp2_double(within * Levels(kernels::kLog2PerDecibel));
        kernels::store(factors, kernels::select_less(Levels(session::kSilenceDecibels), levels, result, Levels(0.0)));
        for (int lane = 0; lane < lanes; ++lane) gains[k + lane] *= factors[lane];
    }
}

void multiply_by_points(std::span<const GainPoint> points, FrameCount from, int count, double* gains) {
    const FrameCount end = from + count;
    for (FrameCount at = from; at < end;) {
        // The last point at or before `at` shapes what follows it, up to the next.
        const auto next = std::upper_bound(points.begin(), points.end(), at,
                                           [](FrameCount frame, const GainPoint& point) { return frame < point.at; });
        const FrameCount until = next == points.end() ? end : std::min(end, next->at);
        const int frames = static_cast<int>(until - at);
        double* const out = gains + (at - from);
        const GainPoint& before = next == points.begin() ? *next : *(next - 1);
        if (next == points.begin() || next == points.end() || before.shape == session::Shape::hold) {
            const double gain = clip_gain_of_decibels(before.db);
            for (int k = 0; k < frames; ++k) out[k] *= gain;
        } else {
            const double length = static_cast<double>(next->at - before.at);
            const double rise = next->db - before.db;
            if (before.shape == session::Shape::linear) {
                multiply_by_line(before.db, rise / length, at - before.at, frames, out);
            } else {
                for (int k = 0; k < frames; ++k) {
                    const double t = static_cast<double>(at + k - before.at) / length;
                    out[k] *= clip_gain_of_decibels(kernels::fma(rise, bent(before.bend, t), before.db));
                }
            }
        }
        at = until;
    }
}

}  // namespace

double clip_gain_of_decibels(double db) {
    return db <= session::kSilenceDecibels ? 0.0 : kernels::gain_of_decibels(db);
}

double fade_gain(session::FadeShape shape, double bend, double t) {
    if (!(t > 0.0)) return 0.0;
    if (t >= 1.0) return 1.0;
    double sine, cosine;
    switch (shape) {
        case session::FadeShape::linear: return t;
        case session::FadeShape::equal_power: kernels::sine_cosine_of_turns(0.25 * t, sine, cosine); return sine;
        case session::FadeShape::logarithmic: return bent(-kExponentialBend, t);
        case session::FadeShape::exponential: return bent(kExponentialBend, t);
        case session::FadeShape::s_curve:
            kernels::sine_cosine_of_turns(0.5 * t, sine, cosine);
            return 0.5 - 0.5 * cosine;
        case session::FadeShape::custom: return bent(bend, t);
    }
    return t;
}

FrameCount constant_gain_until(const ResolvedClip& clip, FrameCount from) {
    if (!clip.gain_points.empty() || from < clip.fade_in.frames) return from;
    return std::max(from, clip.length - clip.fade_out.frames);
}

void clip_gains(const ResolvedClip& clip, FrameCount from, int count, double* gains) {
    std::fill_n(gains, count, clip.gain);
    if (!clip.gain_points.empty()) multiply_by_points(clip.gain_points, from, count, gains);
    const FrameCount end = from + count;
    for (FrameCount at = from; at < std::min(end, clip.fade_in.frames); ++at)
        gains[at - from] *= fade_gain(clip.fade_in.shape, clip.fade_in.bend,
                                      static_cast<double>(at) / static_cast<double>(clip.fade_in.frames));
    for (FrameCount at = std::max(from, clip.length - clip.fade_out.frames); at < end; ++at)
        gains[at - from] *=
            fade_gain(clip.fade_out.shape, clip.fade_out.bend,
                      static_cast<double>(clip.length - at) / static_cast<double>(clip.fade_out.frames));
}

}  // namespace dubplate::audio
