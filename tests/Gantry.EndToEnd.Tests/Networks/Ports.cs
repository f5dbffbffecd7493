namespace Gantry.EndToEnd.Networks;

/// <summary>Port numbers no other test of this run uses.</summary>
public static class Ports
{
    private static int last = 20000;

    public static int Next() => Interlocked.Increment(ref last);
}
