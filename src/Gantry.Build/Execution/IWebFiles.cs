namespace Gantry.Build.Execution;

/// <summary>Files of the network that ADD names.</summary>
public interface IWebFiles
{
    /// <returns>The file as it comes, and when it was changed last, if somebody says so.</returns>
    /// <exception cref="GantryException">NotFound, Invalid: what the server says; Unavailable: nobody answers.</exception>
    Task<(Stream Content, DateTimeOffset? Modified)> OpenAsync(Uri address, CancellationToken cancellation);
}
