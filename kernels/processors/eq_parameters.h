#pragma once

/// What the bands of all equalisers have in common: their parameters, the words for them, and how they are read from the
/// flat values of a strip. In all of them `values` begins with the first band.

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "kernels/processors/eq_design.h"
#include "kernels/processors/processor.h"

namespace dubplate::kernels::eq {

enum Parameter : std::size_t { kOn, kType, kFrequency, kGain, kQ, kSlope, kChannels, kParameterCount };
enum class Channels { stereo, mid, side, left, right };

/// [order - 1], [Channels]
inline constexpr std::array<std::string_view, 16> kSlopes = {
    "6 dB/oct",  "12 dB/oct", "18 dB/oct", "24 dB/oct", "30 dB/oct", "36 dB/oct", "42 dB/oct", "48 dB/oct",
    "54 dB/oct", "60 dB/oct", "66 dB/oct", "72 dB/oct", "78 dB/oct", "84 dB/oct", "90 dB/oct", "96 dB/oct"};
inline constexpr std::array<std::string_view, 5> kChannelNames = {"stereo", "mid", "side", "left", "right"};
inline constexpr double kLowestHertz = 10.0, kHighestHertz = 24000.0;

/// Parameters that are the same in all of them.
inline constexpr ParameterDescription kOnDescription{
    .name = "on", .unit = ParameterUnit::toggle, .standard = 1.0, .help = "Whether the band works"};
inline constexpr ParameterDescription kQDescription{
    .name = "q",
    .unit = ParameterUnit::plain,
    .minimum = 0.1,
    .maximum = 40.0,
    .standard = 0.70710678118654752,
    .help = "Centre frequency by bandwidth; of passes only at 12 dB/oct, of shelves too"};
inline constexpr ParameterDescription kSlopeDescription{.name = "slope",
                                                        .unit = ParameterUnit::choice,
                                                        .standard = 1.0,
                                                        .motion = Motion::fixed,
                                                        .help = "Of low and high passes; shelves have 6 or 12 dB/oct",
                                                        .choices = kSlopes};
inline constexpr ParameterDescription kChannelsDescription{
    .name = "channels",
    .unit = ParameterUnit::choice,
    .motion = Motion::fixed,
    .help = "Which part of a stereo strip; stereo stands for all channels of any strip",
    .choices = kChannelNames};

inline std::size_t band_count(std::span<const double> values) { return values.size() / kParameterCount; }
inline double value_of(std::span<const double> values, std::size_t band, Parameter parameter) {
    return values[band * kParameterCount + parameter];
}
inline bool is_on(double value) { return value > 0.5; }

inline EqBand band_of(std::span<const double> values, std::size_t band) {
    return {.type = static_cast<EqType>(value_of(values, band, kType)),
            .order = static_cast<int>(value_of(values, band, kSlope)) + 1,
            .frequency_hz = value_of(values, band, kFrequency),
            .gain_db = value_of(values, band, kGain),
            .q = value_of(values, band, kQ)};
}
inline Channels channels_of(std::span<const double> values, std::size_t band) {
    return static_cast<Channels>(value_of(values, band, kChannels));
}

inline bool has_gain(EqType type) {
    return type == EqType::bell || type == EqType::low_shelf || type == EqType::high_shelf || type == EqType::tilt;
}

/// Whether a channel of a strip goes through a band.
inline bool takes_part(Channels channels, int channel) {
    switch (channels) {
        case Channels::mid:
        case Channels::left: return channel == 0;
        case Channels::side:
        case Channels::right: return channel == 1;
        case Channels::stereo: break;
    }
    return true;
}

/// Whether no band is of single channels, of the middle or of the sides, on or off.
bool are_of_all_channels(std::span<const double> values);

/// What is wrong with a band's parameter: "bands/0/slope: ...".
Error band_error(std::size_t band, std::string_view parameter, const std::string& message);
/// Refuses slopes that its type does not have, and channels that a strip does not have.
Result<void> check_band(std::span<const double> values, std::size_t band, int strip_channels);

}  // namespace dubplate::kernels::eq
