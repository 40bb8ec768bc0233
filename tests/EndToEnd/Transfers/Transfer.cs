namespace EndToEnd.Transfers;

/// <summary>What a customer asks for: an amount to each of some accounts, from one.</summary>
internal sealed record Transfer(int Number, string From, string[] To, int Amount)
{
    private static readonly string[] Accounts = ["a-1", "a-2", "a-3", "b-1", "b-2", "b-3", "c-1", "c-2"];

    /// <summary>Makes one up. Some ask for more than the account has.</summary>
    public static Transfer Invent(int number)
    {
        var random = new Random(number);
        string[] accounts = [.. Accounts];
        random.Shuffle(accounts);
        return new Transfer(number, accounts[0], accounts[1..random.Next(2, 4)], random.Next(1, 300));
    }
}
