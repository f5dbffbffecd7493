using System.Text.Json;
using Gantry.Oci.Runtime;
using Gantry.Runtime.Tests.Bundles;

namespace Gantry.Runtime.Tests.CommandLine;

public sealed class ExecTests
{
    /// <summary>The limits are the command's: what makes it has opened before what it needs.</summary>
    [Theory]
    [InlineData("RLIMIT_NOFILE", 3)]
    [InlineData("RLIMIT_NPROC", 1)]
    [InlineData("RLIMIT_DATA", 4 << 20)]
    [InlineData("RLIMIT_AS", 64 << 20)]
    public void ItIsMadeWithinTheNarrowestLimits(string type, ulong limit)
    {
        using RuntimeBundle bundle = new RuntimeBundle().Write(["sleep", "100"]);
        bundle.Start();
        string file = Path.Combine(bundle.Path, "process.json");
        OciProcess process = Busybox.Process(false, "true") with { Rlimits = [new OciRlimit { Type = type, Soft = limit, Hard = limit }] };
        File.WriteAllText(file, JsonSerializer.Serialize(process, RuntimeJson.Default.OciProcess));
        Subprocess.Result result = bundle.Runtime("exec", "--process", file, bundle.Id);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
    }
}
