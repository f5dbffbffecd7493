using Gantry.Storage.Roots;

namespace Gantry.Build.Planning;

/// <summary>Where the images come from that FROM and <c>--from</c> name.</summary>
public interface IBaseImages
{
    /// <summary>The image, fetched where it is not here, or where a newer one is asked for.</summary>
    /// <param name="platform">Null for that of this host.</param>
    /// <param name="lease">Pins it.</param>
    /// <exception cref="GantryException">NotFound and others, as a pull says them.</exception>
    Task<BaseImage> FindAsync(string reference, string? platform, Lease lease, CancellationToken cancellation);
}
