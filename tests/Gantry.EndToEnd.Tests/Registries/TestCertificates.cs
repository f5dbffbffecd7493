using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gantry.EndToEnd.Daemons;

namespace Gantry.EndToEnd.Registries;

/// <summary>Certificates for one test.</summary>
internal static class TestCertificates
{
    private static readonly DateTimeOffset Begin = DateTimeOffset.UtcNow.AddHours(-1), End = DateTimeOffset.UtcNow.AddDays(1);

    /// <summary>For a server on the machine's address, its own authority.</summary>
    public static (string Certificate, string Key) WriteServer(string directory)
    {
        using RSA key = RSA.Create(2048);
        CertificateRequest request = Request("registry of the tests", key, isAuthority: true);
        SubjectAlternativeNameBuilder names = new();
        names.AddIpAddress(IPAddress.Parse(SmallMachine.Address));
        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 certificate = request.CreateSelfSigned(Begin, End);
        string path = Path.Combine(directory, "registry.pem"), keyPath = Path.Combine(directory, "registry.key");
        File.WriteAllText(path, certificate.ExportCertificatePem());
        File.WriteAllText(keyPath, key.ExportPkcs8PrivateKeyPem());
        return (path, keyPath);
    }

    /// <summary>For a client, by an authority below the one that servers know: both stand in its file.</summary>
    public static (string Authority, string Certificate, string Key) WriteClient(string directory)
    {
        using RSA rootKey = RSA.Create(2048), betweenKey = RSA.Create(2048), key = RSA.Create(2048);
        using X509Certificate2 root = Request("authority of the tests", rootKey, isAuthority: true).CreateSelfSigned(Begin, End);
        using X509Certificate2 between = Request("authority below it", betweenKey, isAuthority: true).Create(root, Begin, End, [1])
            .CopyWithPrivateKey(betweenKey);
        using X509Certificate2 leaf = Request("client of the tests", key, isAuthority: false).Create(between, Begin, End, [2]);
        string authority = Path.Combine(directory, "clients.pem"), path = Path.Combine(directory, "client.pem"),
            keyPath = Path.Combine(directory, "client.pem.key");
        File.WriteAllText(authority, root.ExportCertificatePem());
        File.WriteAllText(path, $"{leaf.ExportCertificatePem()}\n{between.ExportCertificatePem()}\n");
        File.WriteAllText(keyPath, key.ExportPkcs8PrivateKeyPem());
        return (authority, path, keyPath);
    }

    private static CertificateRequest Request(string name, RSA key, bool isAuthority)
    {
        CertificateRequest request = new($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, true));
        return request;
    }
}
