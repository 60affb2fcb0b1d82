#include "kernels/processors/eq_parameters.h"

#include <fmt/format.h>

namespace dubplate::kernels::eq {

bool are_of_all_channels(std::span<const double> values) {
    for (std::size_t band = 0; band < band_count(values); ++band)
        if (channels_of(values, band) != Channels::stereo) return false;
    return true;
}

Error band_error(std::size_t band, std::string_view parameter, const std::string& message) {
    return {ErrorCode::bad_argument, fmt::format("bands/{}/{}: {}", band, parameter, message), {}};
}

Result<void> check_band(std::span<const double> values, std::size_t band, int strip_channels) {
    const EqBand settings = band_of(values, band);
    const bool shelf = settings.type == EqType::low_shelf || settings.type == EqType::high_shelf;
    if (shelf && settings.order > 2)
        return fail(band_error(band, "slope",
                               fmt::format("a shelf has a slope of 6 or 12 dB/oct, not {}; a higher q makes it steeper",
                                           kSlopes[static_cast<std::size_t>(settings.order - 1)])));
    const Channels channels = channels_of(values, band);
    if (channels != Channels::stereo && strip_channels != 2)
        return fail(
            band_error(band, "channels",
                       fmt::format("'{}' needs a strip of two channels, this one has {}; 'stereo' stands for all",
                                   kChannelNames[static_cast<std::size_t>(channels)], strip_channels)));
    return {};
}

}  // namespace dubplate::kernels::eq
