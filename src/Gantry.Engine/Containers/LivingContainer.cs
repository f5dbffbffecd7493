using System.Net.Sockets;
using Gantry.Shim;

namespace Gantry.Engine.Containers;

/// <summary>
/// A container ends when it likes, and the word of it waits for the gate that an operation holds: until then the record says that it runs.
/// What fails in that moment fails because of the end, and is answered as for a container that has ended.
/// </summary>
public static class LivingContainer
{
    private static readonly TimeSpan AskLimit = TimeSpan.FromSeconds(3);

    /// <summary>Does what needs the living container; the gate is held.</summary>
    /// <returns>False when it does not live (any more).</returns>
    public static async Task<bool> WhileItLivesAsync(this Container container, Func<IShimControl, Task> work)
    {
        if (!container.Status.Running || container.Shim is not { } shim) return false;
        try
        {
            await work(shim);
            return true;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // One that does not answer is not asked once more.
            bool hangs = e.InnerException is TimeoutException;
            if (!hangs && await HasEndedAsync(container, shim)) return false;
            if (e is SocketException) throw GantryException.Internal($"container {container.Id}: {e.Message}", e);
            throw;
        }
    }

    /// <summary>As <see cref="WhileItLivesAsync"/>, for what the supervisor alone does: whoever ends the container goes first when that
    /// does not answer.</summary>
    public static Task<bool> AskWhileItLivesAsync(this Container container, Func<IShimControl, Task> request) =>
        container.WhileItLivesAsync(shim => container.Overtaking.AskAsync(() => request(shim)));

    public static async Task<bool> HasEndedAsync(Container container, IShimControl shim) =>
        shim.Exited.IsCompleted || shim.Reading.IsCompleted || IsLeaving(container.Status.Pid) || await AskAsync(shim) == "stopped"
            || shim.Reading.IsCompleted;

    /// <summary>A process that is about to end gives up its namespaces before anybody hears of its end.</summary>
    private static bool IsLeaving(int pid) => new FileInfo($"/proc/{pid}/ns/net").LinkTarget is null;

    /// <returns>The container's status as its supervisor knows it; null without an answer.</returns>
    public static async Task<string?> AskAsync(IShimControl shim)
    {
        try
        {
            return (await shim.StateAsync().WaitAsync(AskLimit)).Status;
        }
        catch (Exception e) when (ShimFailureException.IsExpected(e))
        {
            return null;
        }
    }
}
