namespace Gantry.EndToEnd.Daemons;

/// <summary>What takes long to get and never changes, kept between runs.</summary>
public static class TestCache
{
    public const string Root = "/var/cache/gantry-tests";
}
