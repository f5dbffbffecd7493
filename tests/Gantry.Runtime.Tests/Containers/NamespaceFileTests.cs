using Gantry.Linux.Processes;

namespace Gantry.Runtime.Tests.Containers;

public sealed class NamespaceFileTests
{
    [Fact]
    public void OnlyANamespaceOfTheKindIsOpened()
    {
        NamespaceFile.Open("/proc/self/ns/uts", NamespaceKinds.Uts, "namespace uts").Dispose();
        Assert.Contains("is a Uts namespace",
            Assert.Throws<GantryException>(() => NamespaceFile.Open("/proc/self/ns/uts", NamespaceKinds.Ipc, "namespace ipc")).Message);
        Assert.Contains("is not a namespace",
            Assert.Throws<GantryException>(() => NamespaceFile.Open("/dev/null", NamespaceKinds.Ipc, "namespace ipc")).Message);
    }

    [Fact]
    public void ANamespaceForMappingsHoldsThem()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root");
        string? written = null;
        using Linux.SafeFileDescriptor user = UserNamespace.Create(pid =>
        {
            File.WriteAllText($"/proc/{pid}/uid_map", "0 5 10\n");
            written = File.ReadAllText($"/proc/{pid}/uid_map");
        });
        Assert.Equal(["0", "5", "10"], written!.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        Assert.StartsWith("user:[", Linux.Files.LinuxFile.ReadLink(user.ProcPath));
    }
}
