using System.Security.Cryptography;
using System.Text;

namespace InvoiceApproval.Input;

/// <summary>The hash of all lines so far.</summary>
internal sealed class InputHash : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public void Add(string line) => _hash.AppendData(Encoding.UTF8.GetBytes(line + "\n"));

    public override string ToString() => Convert.ToHexStringLower(_hash.GetCurrentHash());

    public void Dispose() => _hash.Dispose();
}
