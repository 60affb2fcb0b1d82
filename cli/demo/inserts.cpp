#include "cli/demo/inserts.h"

namespace dubplate::demo {
namespace {

using session::Insert;
using session::Quantity;
using session::Unit;

void set(Insert& insert, std::string path, Quantity value) {
    insert.parameters.push_back({std::move(path), value, {}});
}
void set(Insert& insert, std::string path, const char* word) {
    insert.parameters.push_back({std::move(path), std::string(word), {}});
}

Quantity hertz(double hz) { return hz < 1000.0 ? Quantity{Unit::hertz, hz} : Quantity{Unit::kilohertz, hz / 1000.0}; }
Quantity milliseconds(double ms) { return {Unit::milliseconds, ms}; }
Quantity percent(double value) { return {Unit::percent, value}; }
Quantity plain(double value) { return {Unit::none, value}; }

}  // namespace

Insert eq(std::initializer_list<Band> bands) {
    Insert insert;
    insert.processor = "eq";
    int index = 0;
    for (const Band& band : bands) {
        const std::string path = "bands/" + std::to_string(index++) + "/";
        set(insert, path + "type", band.type);
        set(insert, path + "frequency", hertz(band.hz));
        if (band.gain != 0.0) set(insert, path + "gain", session::decibels(band.gain));
        if (band.q != 0.0) set(insert, path + "q", plain(band.q));
    }
    return insert;
}

Insert compressor(const Squeeze& squeeze) {
    Insert insert;
    insert.processor = "compressor";
    set(insert, "threshold", session::decibels(squeeze.threshold));
    set(insert, "ratio", plain(squeeze.ratio));
    set(insert, "knee", session::decibels(squeeze.knee));
    set(insert, "attack", milliseconds(squeeze.attack_ms));
    set(insert, "release", milliseconds(squeeze.release_ms));
    if (squeeze.makeup != 0.0) set(insert, "makeup", session::decibels(squeeze.makeup));
    if (squeeze.key) insert.key = session::Key{squeeze.key, session::Tap::pre_fader, 0, {}};
    return insert;
}

Insert limiter(double ceiling, double release_ms) {
    Insert insert;
    insert.processor = "limiter";
    set(insert, "detector", "true_peak");
    set(insert, "ceiling", session::decibels(ceiling));
    set(insert, "release", milliseconds(release_ms));
    return insert;
}

Insert convolution(const std::string& impulse, double gain, double predelay_ms) {
    Insert insert;
    insert.processor = "convolution";
    insert.parameters.push_back({"impulse", impulse, {}});
    if (gain != 0.0) set(insert, "gain", session::decibels(gain));
    if (predelay_ms != 0.0) set(insert, "predelay", milliseconds(predelay_ms));
    return insert;
}

Insert echo(double quarters, double feedback, double high_pass_hz, double low_pass_hz) {
    Insert insert;
    insert.processor = "delay";
    set(insert, "time", {Unit::notes, quarters});
    set(insert, "feedback", plain(feedback));
    set(insert, "mix", percent(100));
    insert.parameters.push_back({"ping_pong", true, {}});
    set(insert, "high_pass", hertz(high_pass_hz));
    set(insert, "low_pass", hertz(low_pass_hz));
    return insert;
}

}  // namespace dubplate::demo
