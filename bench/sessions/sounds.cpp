#include "bench/sessions/sounds.h"

#include <sndfile.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "bench/sessions/numpy_random.h"
#include "kernels/shared/math.h"

namespace dubplate::bench {
namespace {

std::size_t frames_of(double seconds) { return static_cast<std::size_t>(seconds * kSampleRate); }

double sine_of_turns(double turns) {
    double sine, cosine;
    kernels::sine_cosine_of_turns(turns, sine, cosine);
    return sine;
}

/// exp(-rate t) at successive frames.
class Decay {
public:
    explicit Decay(double per_second) : factor_(kernels::exp(-per_second / kSampleRate)) {}
    double next() {
        const double value = value_;
        value_ *= factor_;
        return value;
    }

private:
    double factor_;
    double value_ = 1.0;
};

std::vector<float> drum_hit(NumpyRandom& random) {
    std::vector<float> hit(frames_of(0.35));
    const double hertz = random.uniform(45, 220);
    Decay fall(random.uniform(2, 8)), body(random.uniform(8, 30)), rattle(random.uniform(25, 90));
    for (std::size_t frame = 0; frame < hit.size(); ++frame) {
        const double t = static_cast<double>(frame) / kSampleRate;
        hit[frame] = static_cast<float>(sine_of_turns(hertz * t * fall.next()) * body.next() * 0.7 +
                                        random.normal() * rattle.next() * 0.3);
    }
    return hit;
}

std::vector<float> noise_hit(NumpyRandom& random) {
    std::vector<float> hit(frames_of(0.8));
    const bool bright = random.chance(0.5);
    Decay decay(random.uniform(3, 25));
    double last[3] = {};
    for (float& sample : hit) {
        const double now = random.normal();
        const double coloured = bright ? now - last[0] : (now + last[0] + last[1] + last[2]) * 0.25;
        sample = static_cast<float>(coloured * decay.next() * 0.35);
        last[2] = last[1];
        last[1] = last[0];
        last[0] = now;
    }
    return hit;
}

/// `semitones` above `lowest_hz`.
double note_hz(double lowest_hz, int semitones) { return lowest_hz * kernels::exp2(semitones / 12.0); }

std::vector<float> plucked_hit(NumpyRandom& random) {
    std::vector<float> hit(frames_of(1.6));
    const double hertz = note_hz(55.0, random.index(48));
    for (int harmonic = 1; harmonic < 9 && hertz * harmonic < 20000.0; ++harmonic) {
        const double phase = random.unit();
        Decay decay(1.5 + harmonic * 0.8);
        for (std::size_t frame = 0; frame < hit.size(); ++frame)
            hit[frame] += static_cast<float>(
                0.35 * sine_of_turns(hertz * harmonic * static_cast<double>(frame) / kSampleRate + phase) *
                decay.next() / harmonic);
    }
    return hit;
}

std::vector<float> pad_hit(NumpyRandom& random) {
    std::vector<float> hit(frames_of(4.0));
    const double hertz = note_hz(110.0, random.index(24));
    for (std::size_t frame = 0; frame < hit.size(); ++frame) {
        const double t = static_cast<double>(frame) / kSampleRate;
        double sum = 0.0;
        for (int harmonic = 1; harmonic < 6; ++harmonic)
            for (const double detune : {0.998, 1.002}) sum += sine_of_turns(hertz * harmonic * detune * t) / harmonic;
        hit[frame] = static_cast<float>(0.12 * std::min(t / 0.8, 1.0) * std::min((4.0 - t) / 1.2, 1.0) * sum);
    }
    return hit;
}

/// How a kind of sound is played: its hits, and how many beats lie between them.
struct Playing {
    std::vector<float> (*hit)(NumpyRandom&);
    int hit_count;
    double step_beats;
};

Playing playing(Sound sound) {
    switch (sound) {
        case Sound::drums: return {drum_hit, 4, 0.5};
        case Sound::noise: return {noise_hit, 4, 0.5};
        case Sound::plucked: return {plucked_hit, 6, 1.0};
        default: return {pad_hit, 4, 4.0};
    }
}

std::vector<float> performance(Sound sound, FrameCount frames, NumpyRandom& random) {
    std::vector<float> audio(static_cast<std::size_t>(frames));
    // A floor of noise, so that nothing is digital silence; the same second and a third over and over.
    std::vector<float> floor(1 << 16);
    for (float& sample : floor) sample = static_cast<float>(random.normal() * 2e-4);
    const double beat = 60.0 / random.uniform(80, 150);
    const auto [make_hit, hit_count, step_beats] = playing(sound);
    std::vector<std::vector<float>> hits;
    for (int index = 0; index < hit_count; ++index) hits.push_back(make_hit(random));

    for (double at = random.uniform(0, beat);;) {
        const std::size_t start = frames_of(at);
        if (start >= audio.size()) break;
        const std::vector<float>& hit = hits[static_cast<std::size_t>(random.index(hit_count))];
        const float gain = static_cast<float>(random.uniform(0.4, 1.0));
        const std::size_t count = std::min(hit.size(), audio.size() - start);
        for (std::size_t frame = 0; frame < count; ++frame) audio[start + frame] += hit[frame] * gain;
        at += beat * step_beats * (random.chance(0.25) ? 2.0 : 1.0);
    }
    for (std::size_t frame = 0; frame < audio.size(); ++frame)
        audio[frame] = std::clamp(audio[frame] + floor[frame % floor.size()], -0.99f, 0.99f);
    return audio;
}

/// A reverb's response: noise that falls by 60 dB in 87 % of its length, energy 0.35^2, after an onset of 4 ms.
std::vector<float> response(FrameCount frames, NumpyRandom& random) {
    std::vector<float> audio(static_cast<std::size_t>(frames));
    const double seconds = static_cast<double>(frames) / kSampleRate;
    Decay decay(6.9078 / (seconds * 2.6 / 3.0));
    double energy = 0.0;
    for (std::size_t frame = 0; frame < audio.size(); ++frame) {
        const double onset = std::min(static_cast<double>(frame) / kSampleRate / 0.004, 1.0);
        audio[frame] = static_cast<float>(random.normal() * decay.next() * onset);
        energy += static_cast<double>(audio[frame]) * audio[frame];
    }
    const auto scale = static_cast<float>(0.35 / std::sqrt(energy));
    for (float& sample : audio) sample *= scale;
    return audio;
}

struct CloseFile {
    void operator()(SNDFILE* file) const { sf_close(file); }
};

}  // namespace

std::vector<float> make_sound(const SoundFile& file, int channel) {
    NumpyRandom random(file.seed + (static_cast<std::uint64_t>(channel) << 48));
    return file.sound == Sound::response ? response(file.frames, random) : performance(file.sound, file.frames, random);
}

Result<void> write_sound(const SoundFile& file, const std::string& folder) {
    const std::string path = folder + "/" + file.name;
    std::vector<std::vector<float>> channels;
    for (int channel = 0; channel < file.channels; ++channel) channels.push_back(make_sound(file, channel));

    SF_INFO info{};
    info.samplerate = kSampleRate;
    info.channels = file.channels;
    info.format = SF_FORMAT_WAV | SF_FORMAT_PCM_24;
    const std::unique_ptr<SNDFILE, CloseFile> out(sf_open(path.c_str(), SFM_WRITE, &info));
    if (!out) return fail(ErrorCode::io, sf_strerror(nullptr), path);

    constexpr std::size_t kBlock = 1 << 16;
    std::vector<float> block;
    for (std::size_t start = 0; start < channels[0].size(); start += kBlock) {
        const std::size_t count = std::min(kBlock, channels[0].size() - start);
        block.resize(count * channels.size());
        for (std::size_t frame = 0; frame < count; ++frame)
            for (std::size_t channel = 0; channel < channels.size(); ++channel)
                block[frame * channels.size() + channel] = channels[channel][start + frame];
        const auto wanted = static_cast<sf_count_t>(count);
        if (sf_writef_float(out.get(), block.data(), wanted) != wanted)
            return fail(ErrorCode::io, sf_strerror(out.get()), path);
    }
    return {};
}

}  // namespace dubplate::bench
