namespace Gantry.Shim;

/// <summary>What counts when somebody works on the namespaces of a newborn process and cannot go on.</summary>
public static class NewbornReason
{
    /// <summary>So long its supervisor may take to say why it gave up.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>Does <paramref name="work"/> from outside, while the process goes on by itself.</summary>
    /// <remarks>When that gives up meanwhile, its namespaces go under our hands, and its reason is the one that is thrown.</remarks>
    public static async Task OverAsync(IShimControl shim, Func<Task> work, TimeProvider time, CancellationToken cancellation = default)
    {
        try
        {
            await work();
        }
        catch (Exception)
        {
            await Task.WhenAny(shim.Created, Task.Delay(Limit, time, cancellation));
            if (shim.Created.IsFaulted) await shim.Created;
            throw;
        }
    }
}
