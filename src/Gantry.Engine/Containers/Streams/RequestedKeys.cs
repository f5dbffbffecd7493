namespace Gantry.Engine.Containers.Streams;

/// <summary>The keys that a request names to detach with.</summary>
internal static class RequestedKeys
{
    /// <param name="called">What Docker calls them at this place.</param>
    public static DetachKeys Parse(string? text, string called = "detach") =>
        DetachKeys.TryParse(text, out DetachKeys? keys, out _) ? keys
            : throw GantryException.Invalid($"Invalid {called} keys ({text}) provided");
}
