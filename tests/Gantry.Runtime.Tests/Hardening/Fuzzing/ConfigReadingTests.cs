using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Gantry.Oci.Runtime;
using Gantry.Oci.Runtime.Reading;
using Gantry.Runtime.Cgroups;
using Gantry.Runtime.Containers;
using Gantry.Runtime.Mounts;
using Gantry.Tests.Shared;

namespace Gantry.Runtime.Tests.Hardening.Fuzzing;

/// <summary>Every config.json is read or refused, with a message that names what is wrong. <c>GANTRY_FUZZ_INPUTS</c> says how many are
/// tried, <c>GANTRY_FUZZ_SEED</c> from where.</summary>
public sealed partial class ConfigReadingTests
{
    private const int UsualCount = 3000;

    [GeneratedRegex("\"([A-Za-z]+)\":")] private static partial Regex Member();

    private static readonly HashSet<string> Fields =
        [.. Member().Matches(WholeConfig.Text).Select(static m => m.Groups[1].Value), "extra"];

    private static readonly string Basis = Acceptable();

    [Fact]
    public void TheBasisIsAcceptable() => Read(Encoding.UTF8.GetBytes(Basis));

    [Fact]
    public void NothingCrashesAndEveryRefusalNamesTheField()
    {
        int count = Setting("GANTRY_FUZZ_INPUTS", UsualCount), first = Setting("GANTRY_FUZZ_SEED", 1);
        int refused = 0;
        for (int seed = first; seed < first + count; seed++)
        {
            // Of one that is right, so that the checks are reached, and now and then of one that has every member there is.
            byte[] json = new ConfigMutator(seed % 4 == 0 ? WholeConfig.Text : Basis, seed).Next();
            string? message = Refusal(json, seed);
            if (message is null) continue;
            refused++;
            Assert.True(NamesWhatIsWrong(message), $"GANTRY_FUZZ_SEED={seed} GANTRY_FUZZ_INPUTS=1: the message names no field: {message}");
        }
        // Were all refused, or none, nothing would have been tried.
        Assert.InRange(refused, Math.Min(count, 1) * count / 10, count * 99 / 100 + 1);
    }

    private static string Acceptable()
    {
        JsonObject root = JsonNode.Parse(WholeConfig.Text)!.AsObject();
        JsonObject linux = root["linux"]!.AsObject(), process = root["process"]!.AsObject();
        foreach (string module in (string[])["intelRdt", "mountLabel"]) linux.Remove(module);
        linux["namespaces"] = new JsonArray([.. ((string[])["pid", "network", "mount", "uts", "ipc", "user", "time"])
            .Select(static type => new JsonObject { ["type"] = type })]);
        linux["gidMappings"] = linux["uidMappings"]!.DeepClone();
        linux["timeOffsets"]!["boottime"]!["nanosecs"] = 2;
        linux["personality"]!["flags"] = new JsonArray();
        linux["resources"]!["unified"] = new JsonObject { ["memory.high"] = "1000000" };
        root["mounts"]![0]!.AsObject().Remove("uidMappings");
        process["scheduler"] = new JsonObject { ["policy"] = "SCHED_BATCH", ["nice"] = 1 };
        process["capabilities"] = new JsonObject { ["bounding"] = new JsonArray("CAP_KILL"), ["permitted"] = new JsonArray("CAP_KILL") };
        return root.ToJsonString();
    }

    internal static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), out int value) ? value : otherwise;

    private static bool NamesWhatIsWrong(string message) =>
        message.Contains("valid JSON", StringComparison.Ordinal) || message.Contains("valid UTF-8", StringComparison.Ordinal)
            || message.Contains("the JSON object", StringComparison.Ordinal)
        || message.Contains("not a JSON object", StringComparison.Ordinal)
        || message.Split([' ', '.', '[', ']', ':', ',', '=', '"'], StringSplitOptions.RemoveEmptyEntries).Any(Names);

    // "RLIMIT_X" is process.rlimits, "mount destination", "Cwd" and "MNT namespace" are said as runc says them.
    private static bool Names(string word) =>
        Fields.Contains(word) || Fields.Contains(word.ToLowerInvariant()) || Fields.Contains(word + "s")
            || word is "ociVersion" or "rlimit" or "arguments" or "sysctl"
        || word.StartsWith("RLIMIT_", StringComparison.Ordinal);

    private static string? Refusal(byte[] json, int seed)
    {
        try
        {
            Read(json);
            return null;
        }
        catch (Exception e) when (e is JsonException or GantryException)
        {
            return e.Message;
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"GANTRY_FUZZ_SEED={seed} GANTRY_FUZZ_INPUTS=1: {e.GetType().Name} on "
                + $"{Encoding.UTF8.GetString(json)[..Math.Min(json.Length, 2000)]}", e);
        }
    }

    // All that happens before the kernel is asked for anything.
    private static void Read(byte[] json)
    {
        ConfigFile file = ConfigFile.Read(json);
        if (!file.Seccomp.IsEmpty) _ = ConfigFile.ReadSeccomp(file.Seccomp);
        OciSpec spec = SpecReader.Read(json);
        _ = ContainerCgroup.Place(spec.Linux?.CgroupsPath, "fuzz");
        foreach (OciMount mount in spec.Mounts ?? []) _ = new MountOptions(mount.Options).Flags;
        SpecCheck.Run(file.Spec);
    }
}
