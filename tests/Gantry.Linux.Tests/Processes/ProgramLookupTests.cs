using Gantry.Linux.Processes;

namespace Gantry.Linux.Tests.Processes;

public sealed class ProgramLookupTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("gantry-programs-").FullName;

    [Fact]
    public void TheFirstDirectoryComesBeforeAllOthers()
    {
        string own = Path.Combine(_directory, "sh");
        Assert.NotEqual(own, ProgramLookup.Find("sh", _directory));
        File.WriteAllText(own, "#!/bin/sh\n");
        Assert.NotEqual(own, ProgramLookup.Find("sh", _directory));
        File.SetUnixFileMode(own, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Assert.Equal(own, ProgramLookup.Find("sh", _directory));
        Assert.Equal(own, ProgramLookup.Find(own));
    }

    [Theory]
    [InlineData("no-such-program")]
    [InlineData("/no/such/program")]
    [InlineData("/usr/bin")]
    [InlineData("./sh")]
    public void WhatCannotBeRunIsNotFound(string program) => Assert.Null(ProgramLookup.Find(program));

    public void Dispose() => Directory.Delete(_directory, recursive: true);
}
