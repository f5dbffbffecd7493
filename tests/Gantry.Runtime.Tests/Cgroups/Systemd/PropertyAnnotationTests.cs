using Gantry.Runtime.Cgroups.Systemd;

namespace Gantry.Runtime.Tests.Cgroups.Systemd;

public sealed class PropertyAnnotationTests
{
    private static UnitProperty Read(string name, string text) =>
        Assert.Single(
            PropertyAnnotations.Read(new Dictionary<string, string> { ["other"] = "x", [$"org.systemd.property.{name}"] = text }));

    [Theory]
    [InlineData("true", "b", true)]
    [InlineData(" 'inactive-or-failed' ", "s", "inactive-or-failed")]
    [InlineData("\"it's\"", "s", "it's")]
    [InlineData(@"'a\nb\'\u00fc'", "s", "a\nb'ü")]
    [InlineData("123", "i", 123)]
    [InlineData("-1", "i", -1)]
    [InlineData("0x1F", "i", 31)]
    [InlineData("1.5", "d", 1.5)]
    [InlineData("uint64 18446744073709551615", "t", ulong.MaxValue)]
    [InlineData("byte 255", "y", (byte)255)]
    [InlineData("int16 -3", "n", (short)-3)]
    [InlineData("@u 5", "u", 5u)]
    [InlineData("double 3", "d", 3.0)]
    [InlineData("objectpath '/a'", "o", "/a")]
    public void AValueHasTheTypeThatItsTextSays(string text, string type, object content) =>
        Assert.Equal(new UnitProperty("Name", new DBusValue(type, content)), Read("Name", text));

    [Theory]
    [InlineData("['a', 'b']", "as", 2)]
    [InlineData("@as []", "as", 0)]
    [InlineData("@at [1, 2,]", "at", 2)]
    [InlineData("[uint32 1, 2, 3]", "au", 3)]
    [InlineData("[('/dev/null', 'rwm'), ('/dev/zero', 'r')]", "a(ss)", 2)]
    [InlineData("@a(st) [('/dev/sda', 5)]", "a(st)", 1)]
    [InlineData("(1, 'x', true)", "(isb)", 3)]
    [InlineData("<uint32 7>", "v", 1)]
    public void ListsAndTuplesAreTaken(string text, string type, int count)
    {
        DBusValue value = Read("Name", text).Value;
        Assert.Equal((type, count), (value.Type, value.Parts.Count));
        new DBusWriter().Add(value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nothing")]
    [InlineData("'open")]
    [InlineData("'open\\")]
    [InlineData("[]")]
    [InlineData("[1")]
    [InlineData("[1 2]")]
    [InlineData("[1, 'a']")]
    [InlineData("()")]
    [InlineData("1 2")]
    [InlineData("byte 256")]
    [InlineData("uint64 -1")]
    [InlineData("uint64 'a'")]
    [InlineData("uint64")]
    [InlineData("1.2.3")]
    [InlineData("--1")]
    [InlineData("+")]
    [InlineData("@")]
    [InlineData("@z 1")]
    [InlineData("@(s 1")]
    [InlineData("{'a': 1}")]
    [InlineData(@"'\u0000'")]
    [InlineData(@"'\ud800'")]
    [InlineData("[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]")]
    public void WhatIsNoValueIsRefusedByItsAnnotation(string text) =>
        Assert.StartsWith("annotations \"org.systemd.property.Name\": ", Assert.Throws<GantryException>(() => Read("Name", text)).Message,
            StringComparison.Ordinal);

    [Theory]
    [InlineData("TimeoutStopSec", "1.5", 1_500_000ul)]
    [InlineData("TimeoutStopSec", "uint64 7", 7_000_000ul)]
    [InlineData("TimeoutStopUSec", "uint64 7", 7ul)]
    public void SecondsBecomeMicroseconds(string name, string text, ulong expected) =>
        Assert.Equal(new UnitProperty("TimeoutStopUSec", expected), Read(name, text));

    [Theory]
    [InlineData("TimeoutStopSec", "'soon'")]
    [InlineData("TimeoutStopSec", "-1")]
    [InlineData("TimeoutStopSec", "uint64 18446744073709551615")]
    [InlineData("ab", "1")]
    [InlineData("Some.Thing", "1")]
    [InlineData("PIDs", "@au [1]")]
    [InlineData("Slice", "'a.slice'")]
    public void OtherNamesAndValuesAreRefused(string name, string text) =>
        Assert.Contains(name, Assert.Throws<GantryException>(() => Read(name, text)).Message);
}
