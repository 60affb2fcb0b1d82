#include <gtest/gtest.h>

#include <cmath>
#include <complex>

#include "tests/support/analogue_eq.h"
#include "tests/support/render_session.h"
#include "tests/support/signals.h"

namespace dubplate::test {
namespace {

using kernels::EqBand;
using kernels::EqType;

/// What linear-phase EQs of whole sessions mean, static and automated; once more on the twin (HostTwin).
class LinearEqRenders : public testing::Test {
protected:
    LinearEqRenders() : session_(empty_session(folder_.path())) { session_.pan_law = session::PanLaw::linear; }

    session::Strip& track(const std::string& name, const Audio& audio) {
        write_wav(folder_.file(name + ".wav"), audio);
        return add_track(session_, name, name + ".wav",
                         audio.size() == 2 ? Layout{Layout::Kind::stereo, 2} : Layout{Layout::Kind::mono, 1});
    }
    static session::Insert eq(const std::string& length, const std::vector<std::pair<std::string, std::string>>& band) {
        std::vector<std::pair<std::string, std::string>> parameters{{"length", length}};
        for (const auto& [name, value] : band) parameters.push_back({"bands/0/" + name, value});
        return insert("linear_eq", parameters);
    }
    static session::Lane gain(const std::vector<std::pair<std::string, std::string>>& points,
                              session::Shape shape = session::Shape::linear) {
        return lane("inserts/0/bands/0/gain", points, shape);
    }
    /// Left of the mix, at the level of a mono track.
    Signal left() const {
        Signal signal = render(session_, folder_.path()).outputs.at("mix")[0];
        for (float& sample : signal) sample *= 2.0f;
        return signal;
    }

    TempFolder folder_;
    session::Session session_;
};

double level_db(const Signal& signal, std::size_t from, std::size_t frames) {
    return decibels(rms(std::span(signal).subspan(from, frames)));
}

TEST_F(LinearEqRenders, HaveTheAnalogueGainAndNoPhase) {
    session::Strip& voice = track("voice", {impulse(30000, 15000, 0.5)});
    voice.inserts = {eq("2", {{"frequency", "1500 Hz"}, {"gain", "9 dB"}, {"q", "1"}})};
    for (const bool moves : {false, true}) {
        if (moves) voice.lanes = {gain({{"0 s", "9 dB"}, {"0.5 s", "9 dB"}})};
        const Signal output = left();
        for (const double hertz : {300.0, 1200.0, 1500.0, 2000.0, 6000.0}) {
            std::complex<double> response = 0.0;
            for (std::size_t n = 0; n < output.size(); ++n)
                response += 2.0 * static_cast<double>(output[n]) *
                            std::polar(1.0, -2.0 * M_PI * hertz / 48000.0 * (static_cast<double>(n) - 15000.0));
            EXPECT_NEAR(decibels(std::abs(response)),
                        decibels(analogue_magnitude(EqBand{EqType::bell, 2, 1500.0, 9.0, 1.0}, hertz)), 0.1)
                << hertz;
            EXPECT_NEAR(std::arg(response), 0.0, 1e-5) << hertz;
        }
    }
}

TEST_F(LinearEqRenders, AutomatedToStandStillAreAsIfTheyWereNotAutomated) {
    session::Strip& voice = track("voice", {noise(70000, 9, 0.3)});
    for (const char* const length : {"0", "2", "5"}) {
        voice.inserts = {eq(length, {{"frequency", "1500 Hz"}, {"gain", "8 dB"}})};
        voice.lanes = {};
        const Signal fixed = left();
        voice.lanes = {gain({{"0 s", "8 dB"}, {"1 s", "8 dB"}})};
        const Signal moving = left();
        EXPECT_LE(error_db(moving, fixed), -120.0);
    }
}

TEST_F(LinearEqRenders, LineUpWithWhatHasNone) {
    const Signal sound = noise(60000, 3, 0.3);
    session::Strip& flat = track("flat", {sound});
    flat.inserts = {eq("3", {{"frequency", "1500 Hz"}, {"gain", "0 dB"}})};
    flat.lanes = {lane("inserts/0/bands/0/frequency", {{"0 s", "200 Hz"}, {"1 s", "9 kHz"}})};
    session::Strip& turned = track("turned", {sound});
    turned.invert = true;
    EXPECT_LT(level_db(left(), 0, 60000), level_db(sound, 0, 60000) - 120.0);
}

TEST_F(LinearEqRenders, ChangeAtTheTimeOfWhatIsHeard) {
    session::Strip& voice = track("voice", {sine(48000, 3000.0, 48000.0, 0.25)});
    voice.inserts = {eq("0", {{"frequency", "3 kHz"}, {"gain", "0 dB"}, {"q", "0.5"}})};
    voice.lanes = {gain({{"0 s", "-12 dB"}, {"0.5 s", "12 dB"}}, session::Shape::hold)};
    const Signal output = left();
    const double full = decibels(0.25 * std::sqrt(0.5));
    EXPECT_NEAR(level_db(output, 22000, 480), full - 12.0, 0.1);
    EXPECT_NEAR(level_db(output, 26000, 480), full + 12.0, 0.1);
    // It passes the middle of both gains within a hop of the change.
    const double middle = full + decibels(0.5 * (from_decibels(-12.0) + from_decibels(12.0)));
    EXPECT_LT(level_db(output, 24000 - 512 - 480, 480), middle);
    EXPECT_GT(level_db(output, 24000 + 512, 480), middle);
}

TEST_F(LinearEqRenders, FollowASwingOfTheirGain) {
    const Signal tone = sine(60000, 1000.0, 48000.0, 0.25);
    session::Strip& voice = track("voice", {tone});
    voice.inserts = {eq("0", {{"type", "point"}})};
    voice.lanes = {gain({{"0 s", "-6 dB"}, {"0.5 s", "6 dB"}, {"1 s", "-6 dB"}})};
    const Signal output = left();
    for (std::size_t n = 2000; n < 46000; ++n) {
        const double way = 1.0 - std::fabs(static_cast<double>(n) - 24000.0) / 24000.0;
        ASSERT_NEAR(output[n], static_cast<double>(tone[n]) * from_decibels(-6.0 + 12.0 * way), 4e-3) << n;
    }
}

TEST_F(LinearEqRenders, OfTheMiddleLeaveTheSidesAlone) {
    Audio sides{noise(50000, 5, 0.3), {}};
    for (const float sample : sides[0]) sides[1].push_back(-sample);
    session::Strip& voice = track("voice", sides);
    voice.inserts = {eq("2", {{"frequency", "1 kHz"}, {"gain", "0 dB"}, {"channels", "mid"}})};
    voice.lanes = {gain({{"0 s", "-24 dB"}, {"1 s", "24 dB"}})};
    const Audio mix = render(session_, folder_.path()).outputs.at("mix");
    for (std::size_t c = 0; c < 2; ++c)
        EXPECT_LE(error_db(Signal(mix[c].begin(), mix[c].begin() + 50000), sides[c]), -120.0);
}

TEST_F(LinearEqRenders, AreSilentBetweenSounds) {
    Signal sounds = noise(90000, 1, 0.3);
    std::fill(sounds.begin() + 3000, sounds.begin() + 60000, 0.0f);
    session::Strip& voice = track("voice", {sounds});
    voice.inserts = {eq("2", {{"frequency", "1 kHz"}, {"gain", "6 dB"}})};
    voice.lanes = {gain({{"0 s", "-6 dB"}, {"2 s", "6 dB"}})};
    const Signal output = left();
    EXPECT_GT(level_db(output, 0, 3000), -30.0);
    EXPECT_GT(level_db(output, 60000, 3000), -30.0);
    for (std::size_t n = 3000 + 6 * 4096; n < 60000 - 4 * 4096; ++n) ASSERT_EQ(output[n], 0.0f) << n;
}

}  // namespace
}  // namespace dubplate::test
