#pragma once

/// Sessions built in code, rendered to a folder of the test's own, read back as float.

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "engine/render/render.h"

namespace dubplate::test {

/// Audio as a test sees it: [channel][frame].
using Audio = std::vector<std::vector<float>>;

/// A folder that goes away with the test.
class TempFolder {
public:
    TempFolder();
    ~TempFolder();
    TempFolder(const TempFolder&) = delete;
    TempFolder& operator=(const TempFolder&) = delete;
    const std::string& path() const { return path_; }
    std::string file(const std::string& name) const { return path_ + "/" + name; }

private:
    std::string path_;
};

void write_wav(const std::string& path, const Audio& audio, int sample_rate = 48000);
Audio read_wav(const std::string& path);

/// A stereo session at 48 kHz with a master and nothing else.
session::Session empty_session(const std::string& folder);
/// Puts a strip before the master (and after those of its kind) and returns it; references stay valid until the next.
session::Strip& add_strip(session::Session& session, session::StripKind kind, const std::string& name, Layout layout);
session::Strip& add_track(session::Session& session, const std::string& name, const std::string& file,
                          Layout layout = {Layout::Kind::mono, 1});
session::Strip& add_bus(session::Session& session, const std::string& name);
session::Strip& add_return(session::Session& session, const std::string& name);
session::Strip& strip(session::Session& session, const std::string& name);

/// insert("compressor", {{"threshold", "-20 dB"}, {"ratio", "4"}}): values as in a session file; "true"/"false" are
/// toggles, anything that is no quantity is a word or a file.
session::Insert insert(const std::string& processor,
                       const std::vector<std::pair<std::string, std::string>>& parameters = {});
session::Lane lane(const std::string& target, const std::vector<std::pair<std::string, std::string>>& points,
                   session::Shape shape = session::Shape::linear);
session::Quantity quantity(const std::string& text);

struct Rendered {
    render::RenderReport report;
    std::map<std::string, Audio> outputs;       ///< by name: "mix", "premaster", stems by theirs
    std::map<std::string, std::string> hashes;  ///< sha256 by name
};

/// Renders to a new folder under `folder`, float unless `change` says otherwise; fails the test on an error. On the device that
/// DUBPLATE_TEST_RENDER_DEVICE in the environment names, if it does.
Rendered render(const session::Session& session, const std::string& folder,
                const std::function<void(render::RenderJob&)>& change = {});

/// The names of the outputs whose bytes differ, or that only one of them has; empty if all are the same.
std::vector<std::string> differing(const Rendered& a, const Rendered& b);

/// 20 log10 of the largest difference, of anything past the shorter one too; -400 for equal.
double difference_dbfs(const Audio& a, const Audio& b);
double peak_dbfs(const Audio& audio);

}  // namespace dubplate::test
