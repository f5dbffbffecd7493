using System.Text.Json;

namespace Gantry.Network;

/// <summary>The networks on disk, <c>&lt;directory&gt;/&lt;id&gt;.json</c>.</summary>
internal sealed class NetworkStore(string directory)
{
    /// <param name="damaged">Gets the path of each file that could not be read and was set aside.</param>
    public List<NetworkRecord> Load(Action<string> damaged)
    {
        Directory.CreateDirectory(directory);
        AtomicFile.Sweep(directory);
        List<NetworkRecord> networks = [];
        foreach (string path in Directory.GetFiles(directory, "*.json"))
        {
            try
            {
                if (JsonFile.Load(path, NetworkJson.Default.NetworkRecord) is { } network) networks.Add(network);
            }
            catch (JsonException)
            {
                damaged(JsonFile.SetAside(path));
            }
        }
        return networks;
    }

    public void Save(NetworkRecord network) => JsonFile.Save(PathOf(network), network, NetworkJson.Default.NetworkRecord);

    public void Delete(NetworkRecord network) => File.Delete(PathOf(network));

    private string PathOf(NetworkRecord network) => Path.Combine(directory, $"{network.Id}.json");
}
