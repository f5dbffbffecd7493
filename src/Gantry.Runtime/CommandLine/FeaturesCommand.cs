using System.Text;
using Gantry.Linux.Processes;

namespace Gantry.Runtime.CommandLine;

/// <summary>features.md of the runtime specification, version 1.2.</summary>
internal static class FeaturesCommand
{
    internal static int Run()
    {
        StringBuilder text = new();
        text.Append("""{"ociVersionMin":"1.0.0","ociVersionMax":"1.2.0",""");
        Append(text, "hooks", ["prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"]).Append(',');
        Append(text, "mountOptions", ["ro", "rw", "bind", "rbind", "nosuid", "nodev", "noexec", "relatime", "noatime", "strictatime", "nosymfollow", "rro", "tmpcopyup",
            "private", "rprivate", "slave", "rslave", "shared", "rshared", "unbindable", "runbindable"]).Append(""","linux":{""");
        Append(text, "namespaces", ["cgroup", "ipc", "mount", "network", "pid", "user", "uts"]).Append(',');
        Append(text, "capabilities", Capabilities.Names).Append(',');
        text.Append("""  "cgroup":{"v1":true,"v2":true,"systemd":false,"systemdUser":false},"seccomp":{"enabled":true,""");
        Append(text, "actions", ["SCMP_ACT_ALLOW", "SCMP_ACT_ERRNO", "SCMP_ACT_KILL", "SCMP_ACT_KILL_PROCESS", "SCMP_ACT_KILL_THREAD", "SCMP_ACT_LOG", "SCMP_ACT_TRACE", "SCMP_ACT_TRAP"]).Append(',');
        Append(text, "operators", ["SCMP_CMP_EQ", "SCMP_CMP_GE", "SCMP_CMP_GT", "SCMP_CMP_LE", "SCMP_CMP_LT", "SCMP_CMP_MASKED_EQ", "SCMP_CMP_NE"]);
        text.Append("""},"apparmor":{"enabled":false},"selinux":{"enabled":false}}}""").Append('\n');
        return RuntimeCommand.Show(text.ToString());
    }

    private static StringBuilder Append(StringBuilder text, string name, IEnumerable<string> values) =>
        text.Append('"').Append(name).Append("\":[").AppendJoin(',', values.Select(static value => $"\"{value}\"")).Append(']');
}
