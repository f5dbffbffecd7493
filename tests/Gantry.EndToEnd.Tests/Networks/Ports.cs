namespace Gantry.EndToEnd.Networks;

/// <summary>Port numbers no other test of this run uses.</summary>
public static class Ports
{
    private static int _last = 20000;

    public static int Next() => Interlocked.Increment(ref _last);
}
