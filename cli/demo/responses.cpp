#include "cli/demo/responses.h"

#include <cmath>
#include <filesystem>

#include "cli/demo/random.h"
#include "engine/audio/file_sink.h"
#include "kernels/shared/math.h"

namespace dubplate::demo {
namespace {

constexpr int kRate = 48000;
constexpr double kLog2Of1000 = 9.965784284662087;  // 60 dB

/// First-order low-pass, y += k (x - y).
struct Smoother {
    explicit Smoother(double hz) : k(1.0 - kernels::exp(-kernels::kTwoPi * hz / kRate)) {}
    double operator()(double x) { return y += k * (x - y); }
    double k, y = 0.0;
};

void add_early_reflections(const Room& room, int channel, std::vector<double>& response) {
    const std::uint64_t seed = 7000 + static_cast<std::uint64_t>(channel);
    const bool crossed = room.channels == 4 && (channel == 1 || channel == 2);
    constexpr int kCount = 14;
    for (int index = 0; index < kCount; ++index) {
        const double place = (index + 0.5 + 0.45 * bipolar_noise(seed, 2 * static_cast<std::uint64_t>(index))) / kCount;
        const double ms = 1.5 + (room.early_ms - 1.5) * place * (0.6 + 0.4 * place) + (crossed ? 3.0 : 0.0);
        const double sign = bipolar_noise(seed, 2 * static_cast<std::uint64_t>(index) + 1) < 0.0 ? -1.0 : 1.0;
        const double level = sign * room.early_level * kernels::exp2(-3.0 * place) * (crossed ? 0.7 : 1.0);
        // Walls take the top off: each reflection is a short low-passed click.
        double click = level;
        auto frame = static_cast<std::size_t>(ms * kRate / 1000.0);
        for (; std::fabs(click) > 1e-4 && frame < response.size(); ++frame, click *= 0.55)
            response[frame] += click * 0.45;
    }
}

std::vector<float> make_channel(const Room& room, int channel) {
    const auto frames = static_cast<std::size_t>(room.seconds * kRate);
    const std::uint64_t seed =
        100 * static_cast<std::uint64_t>(room.seconds * 1000.0) + static_cast<std::uint64_t>(channel);
    std::vector<double> response(frames, 0.0);
    Smoother low(room.low_hz), high(room.high_hz), rumble(60.0);
    const double low_step = kernels::exp2(-kLog2Of1000 / (room.decay_low * kRate));
    const double mid_step = kernels::exp2(-kLog2Of1000 / (room.decay_mid * kRate));
    const double high_step = kernels::exp2(-kLog2Of1000 / (room.decay_high * kRate));
    const double build_step = kernels::exp(-1000.0 / (room.build_ms * kRate));
    const auto fade_frames = frames / 10;
    double low_level = 1.0, mid_level = 1.0, high_level = 1.0, not_yet = 1.0;
    for (std::size_t frame = 0; frame < frames; ++frame) {
        const double white = bipolar_noise(seed, frame);
        const double below_high = high(white), lows = low(white);
        const double rumbling = rumble(lows);
        double sample =
            (lows - rumbling) * low_level + (below_high - lows) * mid_level + (white - below_high) * high_level;
        sample *= 1.0 - not_yet;
        if (const auto left = frames - frame; left < fade_frames)
            sample *= 0.5 - 0.5 * kernels::cosine(kernels::kPi * static_cast<double>(left) /
                                                  static_cast<double>(fade_frames));
        response[frame] = sample;
        low_level *= low_step;
        mid_level *= mid_step;
        high_level *= high_step;
        not_yet *= build_step;
    }
    add_early_reflections(room, channel, response);

    double energy = 0.0;
    for (const double sample : response) energy += sample * sample;
    // The two crossed paths of a true stereo hall share the energy with the straight ones, 3 dB below them.
    const double share = room.channels == 4 ? (channel == 1 || channel == 2 ? 1.0 / 3.0 : 2.0 / 3.0) : 1.0;
    const double scale = std::sqrt(share / energy);
    std::vector<float> result(frames);
    for (std::size_t frame = 0; frame < frames; ++frame) result[frame] = static_cast<float>(response[frame] * scale);
    return result;
}

}  // namespace

const std::vector<Room>& rooms() {
    static const std::vector<Room> kRooms = {
        {kRoomFile, 2, 0.7, 0.45, 0.5, 0.35, 250, 5000, 4, 22, 1.6},
        {kPlateFile, 2, 2.2, 1.3, 1.8, 1.2, 300, 6500, 1, 6, 0.4},
        {kHallFile, 4, 3.6, 2.6, 2.9, 1.4, 300, 4500, 35, 75, 0.8},
    };
    return kRooms;
}

std::vector<std::vector<float>> make_response(const Room& room) {
    std::vector<std::vector<float>> channels;
    for (int channel = 0; channel < room.channels; ++channel) channels.push_back(make_channel(room, channel));
    return channels;
}

Result<void> write_responses(const std::string& folder) {
    namespace fs = std::filesystem;
    for (const Room& room : rooms()) {
        const fs::path path = fs::path(folder) / room.file;
        std::error_code failed;
        fs::create_directories(path.parent_path(), failed);
        if (failed)
            return fail(ErrorCode::io, "cannot make the folder: " + failed.message(), path.parent_path().string());
        const auto response = make_response(room);
        audio::SinkSettings settings;
        settings.path = path.string();
        settings.format = audio::FileFormat::wav32f;
        settings.layout = layout_of_channels(room.channels);
        settings.sample_rate = kRate;
        settings.expected_frames = static_cast<FrameCount>(response[0].size());
        settings.name = room.file;
        auto sink = audio::FileSink::create(settings);
        if (!sink) return fail(sink.error());
        std::vector<const float*> in;
        for (const auto& channel : response) in.push_back(channel.data());
        if (auto written = (*sink)->write(in.data(), static_cast<int>(response[0].size())); !written)
            return fail(written.error());
        if (auto finished = (*sink)->finish(); !finished) return fail(finished.error());
    }
    return {};
}

}  // namespace dubplate::demo
