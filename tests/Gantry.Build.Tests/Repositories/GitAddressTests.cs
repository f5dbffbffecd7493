using Gantry.Build.Repositories;

namespace Gantry.Build.Tests.Repositories;

public sealed class GitAddressTests
{
    [Theory]
    [InlineData("https://h/r.git", "https://h/r.git", "", "")]
    [InlineData("http://h/r.git#", "http://h/r.git", "", "")]
    [InlineData("https://h/r.git#v1", "https://h/r.git", "v1", "")]
    [InlineData("https://h/r.git#:sub/dir", "https://h/r.git", "", "sub/dir")]
    [InlineData("https://h/r.git#refs/pull/1/head:sub:x", "https://h/r.git", "refs/pull/1/head", "sub:x")]
    [InlineData("git://h/r", "git://h/r", "", "")]
    [InlineData("git@h:o/r.git#b:d", "git@h:o/r.git", "b", "d")]
    [InlineData("ssh://u@h:22/r", "ssh://u@h:22/r", "", "")]
    [InlineData("github.com/o/r", "https://github.com/o/r", "", "")]
    [InlineData("github.com/o/r#b", "https://github.com/o/r", "b", "")]
    public void AddressReferenceAndDirectoryAreToldApart(string text, string remote, string reference, string directory) =>
        Assert.Equal(new GitAddress(remote, reference, directory), GitAddress.Find(text, bareHosts: true));

    [Theory]
    [InlineData("https://h/r")]
    [InlineData("https://h/r.git/archive.tar")]
    [InlineData("https://h/r.git?a=b")]
    [InlineData("file:///r.git")]
    [InlineData("ext::sh -c x.git")]
    [InlineData("/r.git")]
    [InlineData("gitlab/x")]
    [InlineData("")]
    public void WhatElseThereIsIsNoRepository(string text) => Assert.Null(GitAddress.Find(text, bareHosts: true));

    /// <summary>In a Dockerfile it is a directory of the context.</summary>
    [Fact]
    public void AHostWithoutASchemeIsARepositoryWhereThatIsMeant() => Assert.Null(GitAddress.Find("github.com/o/r", bareHosts: false));

    [Theory]
    [InlineData("https://h/r.git#--upload-pack=x", "invalid refspec: --upload-pack=x")]
    [InlineData("https://h/r.git#-b:d", "invalid refspec: -b")]
    [InlineData("https://h/r.git#a..b", "invalid refspec: a..b")]
    [InlineData("https://h/r.git#a*", "invalid refspec: a*")]
    [InlineData("https://h/r.git#a~1", "invalid refspec: a~1")]
    [InlineData("https://h/r.git#a b", "invalid refspec: a b")]
    [InlineData("https://u:secret@h/r r.git", "invalid address of a git repository: https://h/r r.git")]
    public void NothingBecomesAnOptionOrAPattern(string text, string message) =>
        Assert.Equal(message, Assert.Throws<GantryException>(() => GitAddress.Find(text, bareHosts: true)).Message);

    [Fact]
    public void NameAndPasswordAreNotShown()
    {
        GitAddress address = GitAddress.Find("https://user:secret@h/r.git#b", bareHosts: true)!;
        Assert.Equal("https://h/r.git", address.Shown);
        Assert.Equal("unable to access 'https://h/r.git'", GitAddress.Masked("unable to access 'https://user:secret@h/r.git'"));
        Assert.Equal("clone of 'https://h/sub.git' and http://x/y failed: a@b",
            GitAddress.Masked("clone of 'https://user:secret@h/sub.git' and http://t@x/y failed: a@b"));
    }

    /// <summary>The first is an address, the second what git is told, the third what it may look up.</summary>
    [Theory]
    [InlineData("https://user:secret@h:8/r.git", "https://h:8/r.git", "https://user:secret@h:8")]
    [InlineData("https://token@h/r.git", "https://h/r.git", "https://token:@h")]
    [InlineData("http://user:p@ss%2F@h/r.git", "http://h/r.git", "http://user:p%40ss%2F@h")]
    [InlineData("https://h/a@b.git", "https://h/a@b.git", null)]
    [InlineData("ssh://git@h/r.git", "ssh://git@h/r.git", null)]
    [InlineData("git@h:r.git", "git@h:r.git", null)]
    public void GitIsToldNoPassword(string text, string told, string? credentials)
    {
        GitAddress address = GitAddress.Find(text, bareHosts: true)!;
        Assert.Equal((told, credentials), (address.Told, address.Credentials));
    }
}
