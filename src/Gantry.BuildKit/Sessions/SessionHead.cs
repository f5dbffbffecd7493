namespace Gantry.BuildKit.Sessions;

/// <summary>What a client says of itself when it offers a session.</summary>
/// <param name="Id">Chosen by the client, which names it in its builds.</param>
/// <param name="SharedKey">Names the client's directories from one build to the next; empty for one of which nothing is kept.</param>
/// <param name="Methods">What can be called: <c>/service/method</c>.</param>
public sealed record SessionHead(string Id, string SharedKey, IReadOnlyList<string> Methods)
{
    /// <summary>Characters: no client comes near them.</summary>
    private const int MaxId = 256, MaxKey = 4096, MaxMethods = 256;

    /// <exception cref="GantryException">Invalid: no client says such a thing.</exception>
    public void Check()
    {
        if (Id.Length is 0 or > MaxId) throw GantryException.Invalid("a session needs a name: X-Docker-Expose-Session-Uuid");
        if (SharedKey.Length > MaxKey || Methods.Count > MaxMethods) throw GantryException.Invalid($"session {Id} says too much of itself");
    }
}
