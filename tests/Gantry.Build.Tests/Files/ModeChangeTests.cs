using Gantry.Build.Files;

namespace Gantry.Build.Tests.Files;

public sealed class ModeChangeTests
{
    [Theory]
    [InlineData("755", "644", false, "755")]
    [InlineData("0644", "7777", true, "644")]
    [InlineData("4755", "0", false, "4755")]
    [InlineData("0", "777", false, "0")]
    [InlineData("u=rwX,go=rX", "644", false, "644")]
    [InlineData("u=rwX,go=rX", "600", true, "755")]
    [InlineData("u=rwX,go=rX", "700", false, "755")]
    [InlineData("+x", "644", false, "755")]
    [InlineData("a-w", "666", false, "444")]
    [InlineData("u+s,g-r", "755", false, "4715")]
    [InlineData("go=", "777", false, "700")]
    [InlineData("g=u", "740", false, "770")]
    [InlineData("o+t", "777", true, "1777")]
    [InlineData("u+x-w", "600", false, "500")]
    [InlineData("a=rX", "4755", false, "555")]
    public void PermissionsAreChanged(string change, string before, bool directory, string after) =>
        Assert.Equal(after, Convert.ToString(ModeChange.Parse(change).Apply(Convert.ToUInt32(before, 8), directory), 8));

    [Theory]
    [InlineData("")]
    [InlineData("8")]
    [InlineData("10000")]
    [InlineData("-1")]
    [InlineData("u")]
    [InlineData("u=q")]
    [InlineData("x=r")]
    [InlineData("u=r,")]
    public void WhatIsNoModeIsRefused(string text) => Assert.Contains(
        $"invalid chmod parameter: '{text}'. it should be octal string and between 0 and 07777",
        Assert.Throws<GantryException>(() => ModeChange.Parse(text)).Message);
}
