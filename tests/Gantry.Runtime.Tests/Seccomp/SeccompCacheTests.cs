using Gantry.Runtime.Seccomp;
using Gantry.Tests.Shared;
using Xunit;

namespace Gantry.Runtime.Tests.Seccomp;

/// <summary>The cache of compiled filters damaged in every way: no container is kept from starting, and none gets another filter.</summary>
public sealed class SeccompCacheTests : IDisposable
{
    private static readonly byte[] Policy =
        """{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[{"names":["read","write"],"action":"SCMP_ACT_ALLOW"}]}"""u8.ToArray();

    private readonly string _root = Directory.CreateTempSubdirectory("gantry-seccomp-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    public static TheoryData<string> Kinds => new([.. FileDamage.Kinds, "half a filter", "another filter"]);

    [Theory, MemberData(nameof(Kinds))]
    public void ADamagedFilterIsCompiledAgain(string kind)
    {
        byte[] filter = Filter();
        string path = Assert.Single(Directory.GetFiles($"{_root}/.seccomp"));
        byte[] content = File.ReadAllBytes(path);
        if (kind == "half a filter") File.WriteAllBytes(path, content[..^8]);
        else if (kind == "another filter") File.WriteAllBytes(path, [.. content[..^8], .. new byte[8]]);
        else FileDamage.Inflict(kind, path);
        Assert.Equal(filter, Filter());
        Assert.Equal(content, File.ReadAllBytes(path));
    }

    [Fact]
    public void OneThatCannotBeKeptIsUsedAllTheSame() =>
        Assert.Equal(Filter(), Filter([.. Policy, .. Enumerable.Repeat((byte)' ', 16 << 20)]));

    [Fact]
    public void WithoutADirectoryToKeepItInItIsUsedAllTheSame()
    {
        byte[] filter = Filter();
        Directory.Delete($"{_root}/.seccomp", recursive: true);
        File.WriteAllText($"{_root}/.seccomp", "");
        Assert.Equal(filter, Filter());
        Assert.True(Directory.Exists($"{_root}/.seccomp"));
    }

    private byte[] Filter(byte[]? policy = null)
    {
        using CompiledFilter filter = SeccompCache.Open(policy ?? Policy, _root)!;
        using FileStream file = new(new Microsoft.Win32.SafeHandles.SafeFileHandle(filter.File.Number, ownsHandle: false), FileAccess.Read);
        using MemoryStream content = new();
        file.CopyTo(content);
        return content.ToArray();
    }
}
