using Gantry.Build.Execution;
using Gantry.Daemon.Images;

namespace Gantry.Daemon.Build;

/// <summary>What ADD names by an address, through the proxies that registries are reached by.</summary>
internal sealed class WebFiles(RegistrySettings settings) : IWebFiles
{
    public Task<(Stream Content, DateTimeOffset? Modified)> OpenAsync(Uri address, CancellationToken cancellation) =>
        WebAddress.OpenAsync(address, settings.Proxies(), static () => { }, cancellation);
}
