#include "kernels/processors/eq_design.h"

#include <algorithm>
#include <array>
#include <cassert>

#include "kernels/shared/math.h"

namespace dubplate::kernels {
namespace {

/// W = psi (p1 + p2 psi) / (1 - kappa psi^2), psi = phi / (1 + h phi): every [2/2] rational function of phi that is 0
/// at 0 can be written so, and the two solutions psi of a W then tell themselves apart by size alone. Scaled so that
/// W is 1 at the band's frequency, where the prototypes stand.
struct Map {
    double p1, p2, kappa, h;
};

/// Fitted to 4 asin^2(sqrt(phi)): exact to first order at 0, frequency off by at most 0.141 % up to 0.445 of the rate
/// and by 0.422 % where 20 kHz lies at 44.1 kHz. Its poles, 1.126 and 3.474, lie on the axis beyond phi = 1 and it maps
/// the upper half plane to itself: no analogue pole can come out on the unit circle.
constexpr Map kWideMap{4.0, -0.9442921728670952, 0.08997524727889805, -0.5877684040077226};

double half_sine_squared(double turns) {
    double s, c;
    sine_cosine_of_turns(0.5 * turns, s, c);
    return s * s;
}

/// Where the fit ends: 20 kHz at 44.1 kHz.
constexpr double kWideTurns = 20.0 / 44.1;

/// Degree 2, scaled to be exact at the band's frequency. Bands that lie beyond the fit take the scale of its end: they
/// are off at their centres, which no one hears, and right below 20 kHz.
Map wide_map(double turns) {
    Map map = kWideMap;
    const double within = std::min(turns, kWideTurns), phi = half_sine_squared(within);
    const double psi = phi / (1.0 + map.h * phi), beyond = turns / within;
    const double at_band = psi * (map.p1 + map.p2 * psi) / (1.0 - map.kappa * psi * psi) * beyond * beyond;
    map.p1 /= at_band;
    map.p2 /= at_band;
    return map;
}

/// Where the degree-1 map is exact beside the band's own frequency, in turns per frame: 17.5/48 for low bands, nearer to
/// those above 1/12, and nowhere far above what is heard.
double narrow_far_turns(double turns, double sample_rate) {
    const double moved = 17.5 / 48.0 - 0.4625 * std::max(turns - 1.0 / 12.0, 0.0);
    return std::max(std::min(moved, 24000.0 / sample_rate), 0.25);
}

/// Degree 1, exact at the band's frequency and at `far`.
Map narrow_map(double phi, double turns, double far) {
    const double far_phi = half_sine_squared(far);
    const double band_ratio = turns * turns / phi, far_ratio = far * far / far_phi;
    const double h = (band_ratio - far_ratio) / (far_ratio * far_phi - band_ratio * phi);
    return {(1.0 + h * phi) / phi, 0.0, 0.0, h};
}

/// The bilinear transform, exact at the band's frequency.
Map bilinear_map(double phi) { return {(1.0 - phi) / phi, 0.0, 0.0, -1.0}; }

/// Whether degree 1 keeps the promise for a band. Its error grows with frequency and gain and shrinks with the rate: what
/// is heard then lies lower.
bool is_narrow(const EqBand& band, double turns, double sample_rate) {
    switch (band.type) {
        case EqType::bell:
        case EqType::low_shelf:
        case EqType::high_shelf:
        case EqType::tilt: {
            // In decibels, where a bell of any Q keeps within three quarters of the promise at 44.1 kHz.
            const double most_gain = (11.0 - 28.6 * turns) * (sample_rate / 44100.0);
            return turns < 1.0 / 12.0 || (turns < 0.25 && abs(band.gain_db) <= most_gain);
        }
        case EqType::high_pass:
        case EqType::notch: return turns < 1.0 / 24.0;
        case EqType::low_pass:
        case EqType::band_pass: return false;  // what they leave above them hangs on the map's far end
        case EqType::all_pass: break;
    }
    return true;
}

struct Complex {
    double re, im;
};
Complex operator+(Complex a, Complex b) { return {a.re + b.re, a.im + b.im}; }
Complex operator-(Complex a, Complex b) { return {a.re - b.re, a.im - b.im}; }
Complex operator*(double a, Complex b) { return {a * b.re, a * b.im}; }
Complex operator*(Complex a, Complex b) { return {a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re}; }
Complex operator/(Complex a, Complex b) {
    const double scale = 1.0 / (b.re * b.re + b.im * b.im);
    return {(a.re * b.re + a.im * b.im) * scale, (a.im * b.re - a.re * b.im) * scale};
}
double magnitude(Complex a) { return sqrt(a.re * a.re + a.im * a.im); }
/// The root in the right half plane.
Complex root(Complex a) {
    const double size = magnitude(a);
    if (size == 0.0) return {0.0, 0.0};
    const double larger = sqrt(0.5 * (size + abs(a.re)));
    const double smaller = 0.5 * a.im / larger;
    if (a.re >= 0.0) return {larger, smaller};
    return {abs(smaller), a.im < 0.0 ? -larger : larger};
}

/// u (1 - phi) + v phi with u, v >= 0: |first-order polynomial|^2 on the unit circle.
struct Line {
    double u, v;
};

struct Split {
    EqPolynomial principal, correction;
};

EqPolynomial polynomial_of(Line a) {
    const double u = sqrt(a.u), v = sqrt(a.v);
    return {u, v, 0.5 * (u + v)};
}

EqPolynomial polynomial_of(Line a, Line b) {
    return {sqrt(a.u * b.u), sqrt(a.v * b.v), 0.5 * (sqrt(a.u * b.v) + sqrt(b.u * a.v))};
}

/// From |d phi - n|^2, times scale^2.
EqPolynomial polynomial_of(Complex n, Complex d, double scale) {
    const Complex e = d - n;
    const double at_zero = magnitude(n), at_half = magnitude(e);
    // difference^2 = (|n| |e| - Re(n e*)) / 2, without cancellation where the roots lie close to the unit circle.
    const double product = at_zero * at_half;
    const double along = n.re * e.re + n.im * e.im, across = n.im * e.re - n.re * e.im;
    const double difference = along > 0.0 ? abs(across) / sqrt(2.0 * (product + along)) : sqrt(0.5 * (product - along));
    return {scale * at_zero, scale * at_half, scale * difference};
}

/// wd W - wn with wn <= 0 <= wd, as lines in phi: the product of the two, over (1 - kappa psi^2)(1 + h phi)^2, is it.
struct LinePair {
    Line principal, correction;
};
LinePair split_line(const Map& map, double wd, double wn) {
    const double alpha = map.p2 * wd + map.kappa * wn, beta = map.p1 * wd;
    const double t = -0.5 * (beta + sqrt(beta * beta + 4.0 * alpha * wn));
    return {{-wn, -t - wn * (1.0 + map.h)}, {1.0, 1.0 + map.h - alpha / t}};
}

/// The same for |W - w|^2 scale^2 with a complex w.
Split split_pair(const Map& map, Complex w, double scale) {
    if (map.kappa == 0.0) return {polynomial_of(w, Complex{map.p1, 0.0} - map.h * w, scale), {}};
    const Complex alpha = Complex{map.p2, 0.0} + map.kappa * w;
    const Complex square = Complex{map.p1 * map.p1, 0.0} + 4.0 * (alpha * w);
    const Complex t = -0.5 * (Complex{map.p1, 0.0} + root(square));
    const Complex one{-1.0, 0.0};
    const Complex principal = -1.0 * t - map.h * w;
    const Complex correction = -1.0 * (alpha / t) - map.h * one;
    return {polynomial_of(w, principal, scale), polynomial_of(one, correction, 1.0)};
}

/// a2 s^2 + a1 s + a0, all >= 0.
struct Analogue {
    double a2, a1, a0;
};

Split digitise(const Map& map, const Analogue& a, int order) {
    if (order == 1) {
        const LinePair pair = split_line(map, a.a1 * a.a1, -a.a0 * a.a0);
        return {polynomial_of(pair.principal), polynomial_of(pair.correction)};
    }
    // |a|^2 = a2^2 W^2 + e W + a0^2; its roots are minus the squares of those of a.
    const double discriminant = a.a1 * a.a1 - 4.0 * a.a2 * a.a0;
    if (discriminant < 0.0) {
        const double size = 0.5 / (a.a2 * a.a2);
        const Complex w{(2.0 * a.a0 * a.a2 - a.a1 * a.a1) * size, a.a1 * sqrt(-discriminant) * size};
        return split_pair(map, w, a.a2);
    }
    const double sum = 0.5 * (a.a1 * a.a1 - 2.0 * a.a0 * a.a2 + a.a1 * sqrt(discriminant));
    // (W + a0^2 / sum)(a2^2 W + sum), or the one coefficient there is, twice.
    const LinePair first = sum > 0.0 ? split_line(map, 1.0, -a.a0 * a.a0 / sum) : split_line(map, a.a2, -a.a0);
    const LinePair second = sum > 0.0 ? split_line(map, a.a2 * a.a2, -sum) : first;
    return {polynomial_of(first.principal, second.principal), polynomial_of(first.correction, second.correction)};
}

/// Numerator and denominator, s = j at the band's frequency.
struct Prototype {
    Analogue numerator, denominator;
    int order = 2;
};

int stage_count(EqType type, int order) {
    return type == EqType::low_pass || type == EqType::high_pass ? (order + 1) / 2 : 1;
}

Prototype pass_prototype(const EqBand& band, int stage) {
    const bool low = band.type == EqType::low_pass;
    const bool single = stage == band.order / 2;  // what an odd order has left over
    if (single) return {low ? Analogue{0.0, 0.0, 1.0} : Analogue{0.0, 1.0, 0.0}, {0.0, 1.0, 1.0}, 1};
    double sine = 0.0, cosine = 0.0;
    sine_cosine_of_turns((2 * stage + 1) / (4.0 * band.order), sine, cosine);
    const double damping = band.order == 2 ? 1.0 / band.q : 2.0 * sine;
    return {low ? Analogue{0.0, 0.0, 1.0} : Analogue{1.0, 0.0, 0.0}, {1.0, damping, 1.0}};
}

Prototype prototype(const EqBand& band, int stage) {
    const double a = exp2(band.gain_db * (0.5 * kLog2PerDecibel));  // 10^(dB / 40)
    const double r = sqrt(a), q = band.q;
    switch (band.type) {
        case EqType::bell: return {{1.0, a / q, 1.0}, {1.0, 1.0 / (a * q), 1.0}};
        case EqType::low_shelf:
            if (band.order == 1) return {{0.0, 1.0, a}, {0.0, 1.0, 1.0 / a}, 1};
            return {{a, a * r / q, a * a}, {a, r / q, 1.0}};
        case EqType::high_shelf:
            if (band.order == 1) return {{0.0, a, 1.0}, {0.0, 1.0 / a, 1.0}, 1};
            return {{a * a, a * r / q, a}, {1.0, r / q, a}};
        case EqType::low_pass:
        case EqType::high_pass: return pass_prototype(band, stage);
        case EqType::band_pass: return {{0.0, 1.0 / q, 0.0}, {1.0, 1.0 / q, 1.0}};
        case EqType::notch: return {{1.0, 0.0, 1.0}, {1.0, 1.0 / q, 1.0}};
        case EqType::all_pass: return {{1.0, 1.0 / q, 1.0}, {1.0, 1.0 / q, 1.0}};
        case EqType::tilt: break;
    }
    return {{0.0, a * a, 1.0}, {0.0, 1.0, a * a}, 1};
}

}  // namespace

int eq_section_count(EqType type, int order) { return 2 * stage_count(type, order); }

bool design_eq_band(const EqBand& band, double sample_rate, EqSection* sections) {
    const double turns = std::min(band.frequency_hz / sample_rate, kEqHighestTurns);
    const double phi = half_sine_squared(turns);
    if (band.type == EqType::all_pass) {
        // The magnitude is 1 under any map; the bilinear one with Q scaled keeps the phase and its slope at the centre.
        double s, c;
        sine_cosine_of_turns(turns, s, c);
        EqBand scaled = band;
        scaled.q *= s / (kTwoPi * turns);
        const Split split = digitise(bilinear_map(phi), prototype(scaled, 0).denominator, 2);
        sections[0] = {split.principal, split.principal};
        sections[0].numerator.difference = -sections[0].numerator.difference;
        sections[1] = {};
        return false;
    }
    const bool narrow = is_narrow(band, turns, sample_rate);
    const Map map = narrow ? narrow_map(phi, turns, narrow_far_turns(turns, sample_rate)) : wide_map(turns);
    for (int stage = 0; stage < stage_count(band.type, band.order); ++stage) {
        const Prototype analogue = prototype(band, stage);
        const Split numerator = digitise(map, analogue.numerator, analogue.order);
        const Split denominator = digitise(map, analogue.denominator, analogue.order);
        sections[2 * stage] = {numerator.principal, denominator.principal};
        sections[2 * stage + 1] = narrow ? EqSection{} : EqSection{numerator.correction, denominator.correction};
    }
    return !narrow;
}

void eq_band_gains(const EqBand& band, std::span<double> values) {
    const auto square = [](const Analogue& a, double ratio) {
        const double even = a.a0 - a.a2 * ratio * ratio, odd = a.a1 * ratio;
        return even * even + odd * odd;
    };
    // A few at a time, so that what is found of them stays in registers or near.
    constexpr std::size_t kAtOnce = 256;
    for (std::size_t first = 0; first < values.size(); first += kAtOnce) {
        const std::span<double> some = values.subspan(first, std::min(kAtOnce, values.size() - first));
        double power[kAtOnce];
        std::fill_n(power, some.size(), 1.0);
        for (double& value : some) value /= band.frequency_hz;
        for (int stage = 0; stage < stage_count(band.type, band.order); ++stage) {
            const Prototype analogue = prototype(band, stage);
            for (std::size_t k = 0; k < some.size(); ++k)
                power[k] *= square(analogue.numerator, some[k]) / square(analogue.denominator, some[k]);
        }
        for (std::size_t k = 0; k < some.size(); ++k) some[k] = sqrt(power[k]);
    }
}

Biquad<double> biquad_of(const EqSection& section) {
    const auto first = [](const EqPolynomial& p) { return 0.25 * (p.zero_value + p.half_value) + 0.5 * p.difference; };
    const auto last = [](const EqPolynomial& p) { return 0.25 * (p.zero_value + p.half_value) - 0.5 * p.difference; };
    const EqPolynomial &n = section.numerator, &d = section.denominator;
    const double scale = 1.0 / first(d);
    return {first(n) * scale, 0.5 * (n.zero_value - n.half_value) * scale, last(n) * scale,
            -0.5 * (d.zero_value - d.half_value) * scale, -last(d) * scale};
}

DirectBiquad<double> direct_biquad_of(const EqSection& section) {
    const EqPolynomial &n = section.numerator, &d = section.denominator;
    const Biquad<double> k = biquad_of(section);
    // d1 = b1 + b0 c1 and d2 = b2 + b0 c2, written so that a wire gives exactly 0.
    const double first = 0.25 * (d.zero_value + d.half_value) + 0.5 * d.difference, scale = 0.25 / (first * first);
    const double across = n.zero_value * d.half_value - n.half_value * d.zero_value;
    const double slopes = (n.zero_value - n.half_value) * d.difference - (d.zero_value - d.half_value) * n.difference;
    const double sums = (n.zero_value + n.half_value) * d.difference - (d.zero_value + d.half_value) * n.difference;
    return {k.b0, (across + slopes) * scale, sums * scale, k.c1, k.c2};
}

namespace {
double first_of(const EqPolynomial& p) { return 0.25 * (p.zero_value + p.half_value) + 0.5 * p.difference; }
}  // namespace

DeltaBiquad<double> delta_biquad_of(const EqSection& section) {
    // Over its first coefficient a polynomial is (z - 1)^2 + (zero_value + difference) (z - 1) + zero_value.
    const double n = 1.0 / first_of(section.numerator), d = 1.0 / first_of(section.denominator);
    const double r2 = section.numerator.zero_value * n - section.denominator.zero_value * d;
    const double across = section.numerator.difference * n - section.denominator.difference * d;
    const double f2 = -section.denominator.zero_value * d;
    return {.r1 = r2 + across, .r2 = r2, .f1 = f2 - section.denominator.difference * d, .f2 = f2};
}

double delta_noise(const EqSection& section) {
    /// Of a polynomial over its first coefficient.
    struct Monic {
        double zero, half, difference;
        explicit Monic(const EqPolynomial& p)
            : zero(p.zero_value / first_of(p)),
              half(p.half_value / first_of(p)),
              difference(p.difference / first_of(p)) {}
        double last() const { return 1.0 - difference; }
        /// |p|^2 where sin^2(w / 2) is phi.
        double square(double phi) const {
            return zero * zero * (1.0 - phi) + half * half * phi - 16.0 * last() * phi * (1.0 - phi);
        }
    };
    const Monic zeros(section.numerator), poles(section.denominator);
    const DeltaBiquad<double> k = delta_biquad_of(section);
    const double gain = first_of(section.numerator) / first_of(section.denominator);
    // Squares of the impulse responses from either state's rounding to the output, summed.
    const double of_first = 2.0 / (poles.difference * poles.half);
    const double of_second = (1.0 + poles.last()) / (poles.difference * poles.half * poles.zero);
    const auto noise_at = [&](double phi) {
        // |slope (z - 1) + constant|^2: |z - 1|^2 is 4 phi, the real part of z - 1 is -2 phi.
        const auto square = [&](double slope, double constant) {
            return constant * constant + 4.0 * phi * slope * (slope - constant);
        };
        const double states = square(k.r1, k.r2) * of_first + square(k.r2, k.f2 * k.r1 - k.f1 * k.r2) * of_second;
        // What rounded coefficients change is as large as the share that each has in the output.
        const double added = square(k.r1, k.r2) / poles.square(phi);
        const double coefficients = 4.0 * phi * (k.r1 * k.r1 + k.f1 * k.f1 * added) + k.r2 * k.r2 + k.f2 * k.f2 * added;
        return (states + coefficients) / std::max(poles.square(phi) / (gain * gain), zeros.square(phi));
    };
    double most = std::max(noise_at(0.0), noise_at(1.0));
    // Where the poles resonate.
    const double resonance =
        (2.0 * poles.zero - poles.difference * (poles.difference + poles.zero)) / (8.0 * poles.last());
    if (resonance > 0.0 && resonance < 1.0) most = std::max(most, noise_at(resonance));
    return most;
}

StateVariable<double> state_variable_of(const EqSection& section) {
    const EqPolynomial &n = section.numerator, &d = section.denominator;
    const double g = sqrt(d.zero_value / d.half_value), scale = 2.0 / (g * d.half_value);
    const double k = d.difference * scale, m0 = n.half_value / d.half_value;
    return {g, k, m0, n.difference * scale - m0 * k, n.zero_value / d.zero_value - m0};
}

double decay_frames(const EqSection& section, double decibels) {
    const StateVariable<double> v = state_variable_of(section);
    double radius_squared;
    if (v.k < 2.0) {
        const double middle = 1.0 + v.g * v.g, side = v.g * v.k;
        radius_squared = (middle - side) / (middle + side);
    } else {
        // Real poles: whichever of the two lies further out.
        const double slow = 2.0 * v.g / (v.k + sqrt(v.k * v.k - 4.0)), fast = v.g * v.g / slow;
        const double a = (1.0 - slow) / (1.0 + slow), b = (1.0 - fast) / (1.0 + fast);
        radius_squared = std::max(a * a, b * b);
    }
    if (radius_squared < 1e-6) return 3.0;
    return decibels / (-0.5 * decibels_of_gain(radius_squared));
}

}  // namespace dubplate::kernels
