# To be sourced. Configuration of an apt of our own below folder $1, which holds `sources.list`, `lists`, `cache` and `state`: it
# touches nothing of the system's. It is read after the machine's own (`-c`), so proxies and credentials still count.
private_apt_conf() {
  cat <<CONF
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
Dir::Etc::SourceList "$1/sources.list";
Dir::Etc::SourceParts "/dev/null";
Dir::Etc::Preferences "/dev/null";
Dir::Etc::PreferencesParts "/dev/null";
Dir::State "$1/state";
Dir::State::Lists "$1/lists";
Dir::State::Status "$1/state/status";
Dir::Cache "$1/cache";
APT::Install-Recommends "false";
APT::Sandbox::User "root";
Acquire::Languages "none";
Acquire::Retries "3";
CONF
}
