using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gantry.Registry;

/// <summary>What a host's directory says of TLS: authorities trusted for it besides the system's, and certificates to show it. Read anew for each operation.</summary>
internal sealed class HostCertificates
{
    private readonly X509Certificate2Collection _authorities = [];
    private readonly X509Certificate2Collection _own = [];
    private readonly bool _any;

    /// <exception cref="GantryException">Invalid: a file there is damaged, or a certificate lacks its key.</exception>
    public HostCertificates(string directory, RegistryHost host)
    {
        _any = host.AnyCertificate;
        string path = Path.Combine(directory, host.Name);
        if (!Directory.Exists(path)) return;
        foreach (string file in Directory.EnumerateFiles(path, "*.crt")) Load(file, () => _authorities.ImportFromPemFile(file));
        foreach (string file in Directory.EnumerateFiles(path, "*.cert"))
        {
            string key = Path.ChangeExtension(file, ".key");
            if (!File.Exists(key)) throw GantryException.Invalid($"missing key {Path.GetFileName(key)} for client certificate {Path.GetFileName(file)}. CA certificates must use the extension .crt");
            Load(file, () => _own.Add(X509Certificate2.CreateFromPemFile(file, key)));
        }
    }

    public SslClientAuthenticationOptions Options => new()
    {
        ClientCertificates = _own,
        RemoteCertificateValidationCallback = (_, certificate, chain, errors) => _any || errors == SslPolicyErrors.None || IsOfOurAuthority(certificate, chain, errors),
    };

    private bool IsOfOurAuthority(X509Certificate? certificate, X509Chain? presented, SslPolicyErrors errors)
    {
        if (_authorities.Count == 0 || certificate is null || errors != SslPolicyErrors.RemoteCertificateChainErrors) return false;
        using X509Chain chain = new();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_authorities);
        // The authorities of a private registry hardly ever publish revocations.
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        if (presented is not null)
            foreach (X509ChainElement element in presented.ChainElements) chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        using X509Certificate2 leaf = new(certificate);
        return chain.Build(leaf);
    }

    private static void Load(string file, Action load)
    {
        try
        {
            load();
        }
        catch (CryptographicException e)
        {
            throw GantryException.Invalid($"{file}: {e.Message}");
        }
    }
}
