#include "tests/support/render_session.h"

#include <gtest/gtest.h>
#include <sndfile.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace dubplate::test {
namespace {

double dbfs(double amplitude) { return amplitude > 0.0 ? 20.0 * std::log10(amplitude) : -400.0; }

}  // namespace

TempFolder::TempFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "dubplate-test-XXXXXX").string();
    if (!mkdtemp(pattern.data())) throw std::runtime_error("cannot make a temporary folder");
    path_ = pattern;
}

TempFolder::~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

void write_wav(const std::string& path, const Audio& audio, int sample_rate) {
    SF_INFO info{};
    info.samplerate = sample_rate;
    info.channels = static_cast<int>(audio.size());
    info.format = SF_FORMAT_WAV | SF_FORMAT_FLOAT;
    SNDFILE* file = sf_open(path.c_str(), SFM_WRITE, &info);
    ASSERT_NE(file, nullptr) << path;
    std::vector<float> interleaved;
    for (std::size_t f = 0; f < audio[0].size(); ++f)
        for (const auto& channel : audio) interleaved.push_back(channel[f]);
    sf_writef_float(file, interleaved.data(), static_cast<sf_count_t>(audio[0].size()));
    sf_close(file);
}

Audio read_wav(const std::string& path) {
    SF_INFO info{};
    SNDFILE* file = sf_open(path.c_str(), SFM_READ, &info);
    if (!file) {
        ADD_FAILURE() << "cannot read " << path;
        return {};
    }
    std::vector<float> interleaved(static_cast<std::size_t>(info.frames * info.channels));
    sf_readf_float(file, interleaved.data(), info.frames);
    sf_close(file);
    Audio audio(static_cast<std::size_t>(info.channels), std::vector<float>(static_cast<std::size_t>(info.frames)));
    for (std::size_t k = 0; k < interleaved.size(); ++k) audio[k % audio.size()][k / audio.size()] = interleaved[k];
    return audio;
}

session::Session empty_session(const std::string& folder) {
    session::Session session;
    session.name = "test";
    session.folder = folder;
    session::Strip master;
    master.name = "Master";
    master.kind = session::StripKind::master;
    session.strips.push_back(master);
    return session;
}

session::Strip& add_strip(session::Session& session, session::StripKind kind, const std::string& name, Layout layout) {
    session::Strip added;
    added.kind = kind;
    added.name = name;
    added.layout = layout;
    const auto after = std::find_if(session.strips.begin(), session.strips.end(),
                                    [&](const session::Strip& one) { return one.kind > kind; });
    return *session.strips.insert(after, added);
}

session::Strip& add_track(session::Session& session, const std::string& name, const std::string& file, Layout layout) {
    session::Strip& track = add_strip(session, session::StripKind::track, name, layout);
    if (!file.empty()) {
        session::Clip clip;
        clip.file = file;
        track.clips.push_back(clip);
    }
    return track;
}

session::Strip& add_bus(session::Session& session, const std::string& name) {
    return add_strip(session, session::StripKind::bus, name, {Layout::Kind::stereo, 2});
}

session::Strip& add_return(session::Session& session, const std::string& name) {
    return add_strip(session, session::StripKind::return_bus, name, {Layout::Kind::stereo, 2});
}

session::Strip& strip(session::Session& session, const std::string& name) {
    const auto found = std::find_if(session.strips.begin(), session.strips.end(),
                                    [&](const session::Strip& one) { return one.name == name; });
    if (found == session.strips.end()) throw std::runtime_error("no strip " + name);
    return *found;
}

session::Insert insert(const std::string& processor,
                       const std::vector<std::pair<std::string, std::string>>& parameters) {
    session::Insert made;
    made.processor = processor;
    for (const auto& [path, text] : parameters) {
        session::ParameterValue value;
        value.path = path;
        if (text == "true" || text == "false")
            value.value = text == "true";
        else if (const auto parsed = session::parse_quantity(text))
            value.value = *parsed;
        else
            value.value = text;
        made.parameters.push_back(value);
    }
    return made;
}

session::Quantity quantity(const std::string& text) {
    const auto parsed = session::parse_quantity(text);
    if (!parsed) throw std::runtime_error("no quantity: " + text);
    return *parsed;
}

session::Lane lane(const std::string& target, const std::vector<std::pair<std::string, std::string>>& points,
                   session::Shape shape) {
    session::Lane made;
    made.target = target;
    for (const auto& [at, value] : points) made.points.push_back({quantity(at), quantity(value), shape, 0.0});
    return made;
}

Rendered render(const session::Session& session, const std::string& folder,
                const std::function<void(render::RenderJob&)>& change) {
    static int count = 0;
    render::RenderJob job;
    if (const char* device = std::getenv("DUBPLATE_TEST_RENDER_DEVICE")) job.device = device;
    job.output_folder = folder + "/out" + std::to_string(count++);
    job.formats = {audio::FileFormat::wav32f};
    job.premaster = true;
    job.threads = 2;
    job.oversubscribe = true;
    if (change) change(job);
    Rendered rendered;
    auto report = render::render(session, job);
    if (!report) {
        ADD_FAILURE() << report.error().where << ": " << report.error().message;
        return rendered;
    }
    rendered.report = std::move(*report);
    for (const render::OutputReport& output : rendered.report.outputs) {
        rendered.outputs[output.name] = read_wav(output.file.path);
        rendered.hashes[output.name] = output.file.sha256;
    }
    std::filesystem::remove_all(job.output_folder);
    return rendered;
}

std::vector<std::string> differing(const Rendered& a, const Rendered& b) {
    std::vector<std::string> names;
    for (const auto& [name, hash] : a.hashes)
        if (const auto found = b.hashes.find(name); found == b.hashes.end() || found->second != hash)
            names.push_back(name);
    for (const auto& [name, hash] : b.hashes)
        if (!a.hashes.count(name)) names.push_back(name);
    return names;
}

double difference_dbfs(const Audio& a, const Audio& b) {
    if (a.size() != b.size()) return 400.0;
    double most = 0.0;
    for (std::size_t c = 0; c < a.size(); ++c)
        for (std::size_t f = 0; f < std::max(a[c].size(), b[c].size()); ++f) {
            const double x = f < a[c].size() ? a[c][f] : 0.0, y = f < b[c].size() ? b[c][f] : 0.0;
            most = std::max(most, std::fabs(x - y));
        }
    return dbfs(most);
}

double peak_dbfs(const Audio& audio) {
    double most = 0.0;
    for (const auto& channel : audio)
        for (const float sample : channel) most = std::max(most, static_cast<double>(std::fabs(sample)));
    return dbfs(most);
}

}  // namespace dubplate::test
