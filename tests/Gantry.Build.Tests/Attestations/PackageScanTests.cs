using Gantry.Build.Attestations;
using Gantry.Build.Attestations.Packages;
using Gantry.Linux.Trees;

namespace Gantry.Build.Tests.Attestations;

/// <summary>Which packages a tree is found to have.</summary>
public sealed class PackageScanTests : IDisposable
{
    private const string Status = "Package: libc6\nStatus: install ok installed\nMaintainer: GNU Libc <x@y.z>\nArchitecture: amd64\n"
        + "Source: glibc (2.36-9)\nVersion: 2.36-9+deb12u4\nDescription: library\n more: of it\n\n"
        + "Package: gone\nStatus: deinstall ok config-files\nArchitecture: all\nVersion: 1\n\n"
        + "Package: adduser\nStatus: install ok installed\nArchitecture: all\nVersion: 1:3.134";

    private readonly string _root = Directory.CreateTempSubdirectory("gantry-packages").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(_root, path))!);
        File.WriteAllText(Path.Combine(_root, path), text);
    }

    private string[] Found()
    {
        using DirectoryHandle root = DirectoryHandle.Open(_root);
        PackageScan scan = PackageScan.Run(root);
        return [.. scan.Packages.Select(package => PackageAddress.Of(package, scan))];
    }

    [Fact]
    public void DebiansListIsReadButForWhatIsNotInstalled()
    {
        Write("var/lib/dpkg/status", Status);
        Write("usr/lib/os-release", "NAME=\"Debian\"\nID=debian\nVERSION_ID=\"12\"\n");
        Assert.Equal(["pkg:deb/debian/adduser@1%3A3.134?arch=all&distro=debian-12",
            "pkg:deb/debian/libc6@2.36-9%2Bdeb12u4?arch=amd64&distro=debian-12"], Found());
    }

    /// <summary>As small images have it: a file for each package, and no dpkg.</summary>
    [Fact]
    public void AFileForEachPackageIsReadToo()
    {
        Write("var/lib/dpkg/status.d/tzdata", "Package: tzdata\nVersion: 2024a\nArchitecture: all\n");
        Write("var/lib/dpkg/status.d/base", "Package: base-files\nVersion: 12\nArchitecture: amd64\n");
        Assert.Equal(["pkg:deb/debian/base-files@12?arch=amd64", "pkg:deb/debian/tzdata@2024a?arch=all"], Found());
    }

    [Fact]
    public void AlpinesListIsRead()
    {
        Write("lib/apk/db/installed",
            "C:Q1x\nP:musl\nV:1.2.4-r2\nA:x86_64\nL:MIT\no:musl\nF:lib\nR:libc.so\n\nP:busybox\nV:1.36\nA:x86_64\n\n");
        Write("etc/os-release", "ID=alpine\nVERSION_ID=3.19.1\n");
        Assert.Equal(["pkg:apk/alpine/busybox@1.36?arch=x86_64&distro=alpine-3.19.1",
            "pkg:apk/alpine/musl@1.2.4-r2?arch=x86_64&distro=alpine-3.19.1"], Found());
    }

    [Fact]
    public void NothingIsReadThatIsNotInTheTree()
    {
        Assert.Empty(Found());
        string outside = Directory.CreateTempSubdirectory("gantry-outside").FullName;
        try
        {
            File.WriteAllText(Path.Combine(outside, "status"), Status);
            Directory.CreateDirectory(Path.Combine(_root, "var/lib"));
            File.CreateSymbolicLink(Path.Combine(_root, "var/lib/dpkg"), outside);
            Assert.Empty(Found());
            File.Delete(Path.Combine(_root, "var/lib/dpkg"));
            Directory.CreateDirectory(Path.Combine(_root, "var/lib/dpkg"));
            File.CreateSymbolicLink(Path.Combine(_root, "var/lib/dpkg/status"), Path.Combine(outside, "status"));
            Assert.Empty(Found());
        }
        finally
        {
            Directory.Delete(outside, recursive: true);
        }
    }

    [Fact]
    public void AListThatIsLargerThanAnyIsIsRefused()
    {
        Write("var/lib/dpkg/status", "");
        using (FileStream large = File.OpenWrite(Path.Combine(_root, "var/lib/dpkg/status"))) large.SetLength(1L << 30);
        Assert.Contains("var/lib/dpkg/status has 1073741824 bytes", Assert.Throws<GantryException>(Found).Message);
    }

    /// <summary>None of them is larger than any is, and together they are.</summary>
    [Fact]
    public void ListsThatAreTooLargeTogetherAreRefused()
    {
        Directory.CreateDirectory(Path.Combine(_root, "var/lib/dpkg/status.d"));
        foreach (string name in (string[])["a", "b", "c"])
            using (FileStream large = File.Create(Path.Combine(_root, "var/lib/dpkg/status.d", name))) large.SetLength(30 << 20);
        Assert.Contains("var/lib/dpkg/status.d/c has 31457280 bytes", Assert.Throws<GantryException>(Found).Message);
    }

    [Fact]
    public void MorePackagesThanADocumentNamesAreRefused()
    {
        Write("var/lib/dpkg/status.d/many",
            string.Concat(Enumerable.Range(0, PackageList.Most + 1).Select(i => $"Package: p{i}\nVersion: 1\n\n")));
        Assert.Contains($"var/lib/dpkg/status.d/many names more than {PackageList.Most}", Assert.Throws<GantryException>(Found).Message);
    }

    [Fact]
    public void MoreFilesThanAnyImageHasAreRefused()
    {
        for (int i = 0; i <= TreeText.MostFiles; i++) Write($"var/lib/dpkg/status.d/{i}", "");
        Assert.Contains("var/lib/dpkg/status.d has more than", Assert.Throws<GantryException>(Found).Message);
    }

    [Fact]
    public void MoreTextThanADocumentTellsIsRefused()
    {
        string name = new('x', 4000);
        Write("lib/apk/db/installed", string.Concat(Enumerable.Range(0, 3000).Select(i => $"P:{i}{name}\nV:1\n\n")));
        Assert.Contains("lib/apk/db/installed", Assert.Throws<GantryException>(Found).Message);
    }

    [Fact]
    public void WhatIsTooLongInAFieldIsCutOff()
    {
        Write("var/lib/dpkg/status", $"Package: {new string('a', 70_000)}\nDescription: {new string('b', 200_000)}\n more\nVersion: 1\n\n"
            + "Package: next\nVersion: 2\n");
        string[] found = Found();
        Assert.Equal(2, found.Length);
        Assert.StartsWith("pkg:deb/debian/aaaa", found[0]);
        Assert.True(found[0].Length <= TreeText.MostOfLine + 20, $"{found[0].Length} characters");
        Assert.Equal("pkg:deb/debian/next@2", found[1]);
    }

    /// <summary>What a tree of as much text as is read takes to scan is a small part of it.</summary>
    [Fact]
    public void AScanTakesLittleMemory()
    {
        string paragraph = $"Package: libsomething\nVersion: 1.0\nDescription: {new string('d', 3000)}\n{new string('\n', 1000)}";
        Write("var/lib/dpkg/status", string.Concat(Enumerable.Repeat(paragraph, (60 << 20) / paragraph.Length)));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Single(Found());
        long taken = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(taken < 16 << 20, $"{taken} bytes");
    }

    /// <summary>Nor is any of them opened: a FIFO would be waited for, and a device can do something.</summary>
    [Theory]
    [InlineData("mkfifo"), InlineData("mkdir"), InlineData("mknod", "c", "1", "5"), InlineData("mknod", "b", "7", "99")]
    public void WhatIsNoFileIsNoList(string command, params string[] arguments)
    {
        foreach (string path in (string[])["var/lib/dpkg/status", "var/lib/dpkg/status.d/x", "lib/apk/db/installed", "etc/os-release"])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(_root, path))!);
            using var made = System.Diagnostics.Process.Start(command, [Path.Combine(_root, path), .. arguments]);
            made.WaitForExit();
            Assert.Equal(0, made.ExitCode);
        }
        Assert.Empty(Found());
    }

    [Fact]
    public void TheDocumentOfAllPackagesThatAreReadIsBounded()
    {
        AttestedBuild build = new()
        {
            Names = ["a:1"], Platform = "linux/amd64", Host = "linux/amd64", Path = "Dockerfile", Dockerfile = "",
            Started = default, Finished = default, Invocation = "x",
        };
        string digest = "sha256:" + new string('0', 64);
        InstalledPackage usual = new("deb", "libc6", "2.36-9+deb12u4", "amd64", "glibc", "GNU Libc <x@y.z>", "");
        PackageScan scan = new("debian", "12", [.. Enumerable.Range(0, PackageList.Most).Select(i => usual with { Name = $"libc{i}" })]);
        Assert.InRange(BillOfMaterials.Write(build, scan, "gantry", digest).Length, 1 << 20, 24 << 20);
        PackageScan hostile = scan with { Packages = [.. scan.Packages.Take(1100).Select(one => one with { Name = new('\u0001', 4000) })] };
        Assert.Contains("the packages of the image take",
            Assert.Throws<GantryException>(() => BillOfMaterials.Write(build, hostile, "gantry", digest)).Message);
    }

    [Theory]
    [InlineData("busybox:latest", "pkg:docker/busybox@latest?platform=linux%2Famd64")]
    [InlineData("localhost:5000/a/b:1.0", "pkg:docker/localhost:5000/a/b@1.0?platform=linux%2Famd64")]
    [InlineData("localhost:5000/a", "pkg:docker/localhost:5000/a?platform=linux%2Famd64")]
    public void ImagesHaveAddresses(string name, string address) => Assert.Equal(address, PackageAddress.OfImage(name, "linux/amd64"));
}
