using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Gantry.Oci.Runtime;
using Gantry.Runtime.Tests.Bundles;

namespace Gantry.Runtime.Tests.Hardening.Fuzzing;

/// <summary>The same with all that the kernel does: the program ends by itself, with a message where it fails, and leaves nothing.
/// <c>GANTRY_FUZZ_RUNS</c> says how many.</summary>
/// <remarks>In namespaces of its own, because some of these specs ask for the caller's.</remarks>
public sealed partial class ConfigRunningTests : IDisposable
{
    private const int UsualCount = 25, FirstSeed = 1;

    // One line a case: number, exit code, processes, mounts, containers, cgroups. What is left is counted after each,
    // and the shell's own process is one.
    private const string Script = """
        cd "$1"; program=$2; id=$3; mount -t proc proc /proc
        for file in cases/*.json; do
          number=${file#cases/}; number=${number%.json}
          cp $file config.json
          before=$(wc -l < /proc/self/mountinfo)
          timeout -s KILL 5 "$program" --root "$1/state" run $id < /dev/null > output 2> errors/$number
          code=$?
          # Orphans that were killed are reaped by this shell.
          wait; set -- "$1" "$2" "$3" /proc/[0-9]*
          processes=$(($# - 3))
          after=$(wc -l < /proc/self/mountinfo)
          echo $number $code $processes $((after - before)) $(ls state | wc -l) $(find /sys/fs/cgroup -maxdepth 3 -name "*$id*" | wc -l)
        done
        """;

    private readonly HostileBundle _bundle = new();

    [GeneratedRegex(@"Unhandled exception|^   at |\b(IO|Arg|Argument|Format|Net|Json|ObjectDisposed|InvalidOperation|"
        + "UnauthorizedAccess)_[A-Z]|CannotTranscode|ExpectedEndAfter", RegexOptions.Multiline)]
    private static partial Regex Raw();

    [Fact]
    public void NothingCrashesHangsOrIsLeftHalfBuilt()
    {
        int count = ConfigReadingTests.Setting("GANTRY_FUZZ_RUNS", UsualCount),
            first = ConfigReadingTests.Setting("GANTRY_FUZZ_SEED", FirstSeed);
        string directory = _bundle.Bundle.Path;
        foreach (string name in (string[])["cases", "errors", "state"]) Directory.CreateDirectory(Path.Combine(directory, name));
        string json = Base();
        for (int seed = first; seed < first + count; seed++)
            File.WriteAllBytes(Path.Combine(directory, "cases", $"{seed:d8}.json"), new ConfigMutator(json, seed).Next(Confine));
        Subprocess.Result result = HostileBundle.Await("unshare", "--mount", "--net", "--ipc", "--uts", "--pid", "--fork", "--kill-child",
            "--propagation", "private",
            "sh", "-c", Script, "sh", directory, RuntimeProgram.Path, _bundle.Id);
        string[] lines = result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(lines.Length == count, $"{lines.Length} of {count} were run: {result.Error}");
        Assert.All(lines, line => Check(line.Split(' '), line));
        Assert.Contains(lines, static line => line.Split(' ')[1] == "0");
    }

    private void Check(string[] fields, string line)
    {
        string errors = File.ReadAllText(Path.Combine(_bundle.Bundle.Path, "errors", fields[0])),
            case_ = $"GANTRY_FUZZ_SEED={int.Parse(fields[0])} GANTRY_FUZZ_RUNS=1: {line}\n{errors}";
        int code = int.Parse(fields[1]);
        Assert.True(code is not (137 or 124 or 134 or 139), $"it hung or was killed: {case_}");
        Assert.False(Raw().IsMatch(errors), $"a raw failure reached the user: {case_}");
        Assert.True(code == 0 || errors.Length == 0 || errors.Contains("gantry-runtime: ", StringComparison.Ordinal)
            || errors.Contains("level=", StringComparison.Ordinal), $"no message: {case_}");
        Assert.True(fields[3..].SequenceEqual(["0", "0", "0"]), $"something is left: {case_}");
        Assert.True(int.Parse(fields[2]) <= 1, $"processes are left: {case_}");
    }

    // Whatever else is asked for, the root is the attacker's image and the cgroup one of ours.
    private void Confine(JsonObject root)
    {
        root["root"] = new JsonObject { ["path"] = _bundle.Root };
        if (root["linux"] is JsonObject linux && linux["cgroupsPath"] is not null) linux["cgroupsPath"] = $"/gantry-tests-{_bundle.Id}";
    }

    private string Base() => JsonSerializer.Serialize(Busybox.Spec(_bundle.Id, terminal: false, "true") with
    {
        Root = new OciRoot { Path = _bundle.Root },
        Hooks = new OciHooks { CreateRuntime = [new OciHook { Path = "/bin/true", Timeout = 2 }],
            Poststop = [new OciHook { Path = "/bin/true" }] },
        Annotations = new Dictionary<string, string> { ["a"] = "b" },
        Linux = Busybox.Spec(_bundle.Id, terminal: false, "true").Linux! with
        {
            CgroupsPath = $"/gantry-tests-{_bundle.Id}",
            MaskedPaths = ["/proc/timer_list", "/proc/keys"],
            ReadonlyPaths = ["/proc/sys"],
            Sysctl = new Dictionary<string, string> { ["net.ipv4.ip_forward"] = "1" },
            Devices = [new OciDevice { Type = "c", Path = "/dev/zero2", Major = 1, Minor = 5, FileMode = 0x1B6 }],
            Resources = new OciResources
            {
                Pids = new OciPids { Limit = 100 }, Memory = new OciMemory { Limit = 100 << 20 },
                Cpu = new OciCpu { Shares = 512, Quota = 50_000, Period = 100_000 },
                Devices = [new OciDeviceRule { Allow = true, Access = "rwm" }],
            },
        },
    }, RuntimeJson.Default.OciSpec);

    public void Dispose() => _bundle.Dispose();
}
