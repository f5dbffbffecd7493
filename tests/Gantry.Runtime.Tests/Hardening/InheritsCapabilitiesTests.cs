using System.Text.Json;
using Gantry.Oci.Runtime;

namespace Gantry.Runtime.Tests.Hardening;

/// <summary>CVE-2022-29162: with inheritable capabilities an ordinary user of the container gets them through a program file that has
/// some.</summary>
public sealed class InheritsCapabilitiesTests : IDisposable
{
    private const string Show = "echo $(grep -E 'CapInh|CapAmb' /proc/self/status | cut -f2)", None = "0000000000000000 0000000000000000";

    private readonly HostileBundle _bundle = new();

    [Fact]
    public void OfTheContainersProcess() => Assert.Equal(None, _bundle.Script(Show).Output());

    [Fact]
    public void OfAnExec()
    {
        _bundle.Write(["sleep", "100"]);
        _bundle.Bundle.Start();
        Assert.Equal(None, _bundle.Exec("--cap", "CAP_NET_RAW", _bundle.Id, "sh", "-c", Show).Output.Trim());
        Assert.Equal(None, _bundle.Exec("--user", "1000:1000", "--cap", "CAP_NET_RAW", _bundle.Id, "sh", "-c", Show).Output.Trim());
    }

    [Fact]
    public void OfAnExecWithAProcessOfItsOwn()
    {
        _bundle.Write(["sleep", "100"]);
        _bundle.Bundle.Start();
        string file = Path.Combine(_bundle.Bundle.Path, "process.json");
        OciProcess process = Bundles.Busybox.Process(false, "sh", "-c", Show);
        File.WriteAllText(file, JsonSerializer.Serialize(process, RuntimeJson.Default.OciProcess));
        Assert.Equal(None, _bundle.Exec("--process", file, _bundle.Id).Output.Trim());
    }

    public void Dispose() => _bundle.Dispose();
}
