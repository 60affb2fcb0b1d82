#include "cli/demo/responses.h"

#include <gmock/gmock.h>

#include <cmath>
#include <numeric>

namespace dubplate::demo {
namespace {

double energy(const std::vector<float>& samples, std::size_t from, std::size_t to) {
    double sum = 0.0;
    for (std::size_t frame = from; frame < std::min(to, samples.size()); ++frame)
        sum += static_cast<double>(samples[frame]) * samples[frame];
    return sum;
}

TEST(DemoResponses, AreThreeAndTheHallIsTrueStereo) {
    std::vector<std::size_t> channels;
    for (const Room& room : rooms()) channels.push_back(make_response(room).size());
    EXPECT_THAT(channels, testing::ElementsAre(2u, 2u, 4u));
}

TEST(DemoResponses, AreTheSameSamplesEveryTime) {
    for (const Room& room : rooms()) EXPECT_EQ(make_response(room), make_response(room)) << room.file;
}

TEST(DemoResponses, GiveNoiseBackAsLoudAsItCame) {
    for (const Room& room : rooms()) {
        const auto response = make_response(room);
        // What reaches one ear: every channel alone, or both paths that end at the left.
        double left = energy(response[0], 0, response[0].size());
        if (response.size() == 4) left += energy(response[2], 0, response[2].size());
        EXPECT_NEAR(10.0 * std::log10(left), 0.0, 0.01) << room.file;
    }
}

TEST(DemoResponses, DieAwayAsLongAsTheyClaim) {
    for (const Room& room : rooms()) {
        const auto response = make_response(room);
        // From 30 % to 60 % of the middle band's decay the level must fall by 18 dB; the other bands allow some play.
        const auto rate = 48000.0;
        const auto window = static_cast<std::size_t>(0.1 * room.decay_mid * rate);
        const auto early = static_cast<std::size_t>(0.3 * room.decay_mid * rate);
        const auto late = static_cast<std::size_t>(0.6 * room.decay_mid * rate);
        const double fall =
            10.0 * std::log10(energy(response[0], early, early + window) / energy(response[0], late, late + window));
        EXPECT_NEAR(fall, 18.0, 5.0) << room.file;
    }
}

TEST(DemoResponses, HaveChannelsThatShareNothing) {
    for (const Room& room : rooms()) {
        const auto response = make_response(room);
        const double product = std::inner_product(response[0].begin(), response[0].end(), response[1].begin(), 0.0);
        const double norm =
            std::sqrt(energy(response[0], 0, response[0].size()) * energy(response[1], 0, response[1].size()));
        EXPECT_LT(std::fabs(product) / norm, 0.1) << room.file;
    }
}

TEST(DemoResponses, EndInSilence) {
    for (const Room& room : rooms())
        for (const auto& channel : make_response(room)) EXPECT_LT(std::fabs(channel.back()), 1e-6) << room.file;
}

}  // namespace
}  // namespace dubplate::demo
