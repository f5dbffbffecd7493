using Gantry.Oci.Image;
using Gantry.Registry.Push;

namespace Gantry.Registry.Http;

public sealed partial class RepositoryClient
{
    /// <summary>Goes on with an upload of an earlier push, perhaps of another process.</summary>
    /// <returns>False when that leads nowhere: then a new one has to be begun.</returns>
    private async Task<bool> GoOnAsync(Descriptor blob, Uri earlier, UnfinishedUpload note, Func<Stream> open, Action<long> progress,
        CancellationToken cancellation)
    {
        try
        {
            if (await ProgressOfAsync(blob, earlier, cancellation) is { } known
                && await SendAsync(blob, known.Upload, known.Offset, note, open, progress, cancellation) is { } end
                && await FinishAsync(blob, end, cancellation))
            {
                note.Forget();
                return true;
            }
        }
        catch (GantryException)
        {
            // What was sent then may be damaged, its address have expired, or its server be gone.
            // A registry that is out of order altogether says so when the new upload begins; until then the note stays.
        }
        return false;
    }
}
