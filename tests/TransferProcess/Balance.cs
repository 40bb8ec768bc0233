namespace TransferProcess;

/// <summary>What an account has.</summary>
internal sealed record Balance(int Amount);
