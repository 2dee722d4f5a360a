#!/usr/bin/perl
# An SMSC for tests, on the SMPP of Debian's libnet-smpp-perl, which shares no code with ours.
#
# It prints one JSON object a line: its port, then every PDU that it reads. Words in a text tell it what to
# do with that text: status=N (answer so, the first time), hangup (close instead of answering), silent,
# receipt=STAT and early=STAT (a receipt after or before the answer), parameters=N (a receipt without text),
# broken (a receipt that is none, first), reply=WORD (the phone answers). Ids are hexadecimal in answers and
# decimal in receipts, as some SMSCs write them.
use strict;
use warnings;
use JSON::PP;
use Net::SMPP;

my ($user, $password) = @ARGV;
my %names = (0x02 => 'bind_transmitter', 0x04 => 'submit_sm', 0x06 => 'unbind', 0x09 => 'bind_transceiver',
             0x15 => 'enquire_link', 0x80000005 => 'deliver_sm_resp');
my ($id, %seen) = (0xABC0);
$| = 1;

sub say_json { print encode_json($_[0]), "\n" }

sub receipt {
    my ($c, $pdu, $text, %more) = @_;
    $c->deliver_sm(source_addr => $pdu->{destination_addr}, destination_addr => $pdu->{source_addr},
                   esm_class => 0x04, short_message => $text, async => 1, %more);
}

sub states {
    my ($c, $pdu, $stat, $id) = @_;
    receipt($c, $pdu, sprintf("id:%010d sub:001 dlvrd:001 submit date:270217120000 done date:270217120103 "
                              . "stat:%s err:0A1 text:receipt", $id, $stat));
}

sub submitted {
    my ($c, $pdu) = @_;
    (my $words = $pdu->{short_message}) =~ tr/\0//d;
    return 0 if $words =~ /hangup/;
    return 1 if $words =~ /silent/;
    if ($words =~ /status=(\d+)/ && !$seen{$words}++) {
        $c->submit_sm_resp(seq => $pdu->{seq}, status => $1, message_id => '');
        return 1;
    }
    my $this = ++$id;
    receipt($c, $pdu, "nothing that anybody could read") if $words =~ /broken/;
    states($c, $pdu, $1, $this) if $words =~ /early=([A-Z]+)/;
    $c->submit_sm_resp(seq => $pdu->{seq}, message_id => sprintf("%X", $this));
    states($c, $pdu, $1, $this) if $words =~ /receipt=([A-Z]+)/;
    receipt($c, $pdu, '', receipted_message_id => "$this\0", message_state => chr($1))
        if $words =~ /parameters=(\d)/;
    $c->deliver_sm(source_addr => $pdu->{destination_addr}, destination_addr => $pdu->{source_addr},
                   esm_class => 0, short_message => $1, async => 1) if $words =~ /reply=(\w+)/;
    return 1;
}

sub serve {
    my ($c) = @_;
    while (my $pdu = $c->read_pdu()) {
        my $name = $names{$pdu->{cmd}} // sprintf("0x%08X", $pdu->{cmd});
        my %shown = map { $_ => $pdu->{$_} } grep { defined $pdu->{$_} && !ref $pdu->{$_} }
            qw(system_id password interface_version source_addr source_addr_ton destination_addr dest_addr_ton
               dest_addr_npi esm_class data_coding registered_delivery validity_period status);
        $shown{short_message} = unpack("H*", $pdu->{short_message}) if defined $pdu->{short_message};
        say_json({ name => $name, %shown });
        if ($name eq 'bind_transceiver') {
            my $known = $pdu->{system_id} eq $user && $pdu->{password} eq $password;
            $c->bind_transceiver_resp(seq => $pdu->{seq}, system_id => 'smsc', status => $known ? 0 : 0x0E);
        } elsif ($name eq 'submit_sm') {
            return unless submitted($c, $pdu);
        } elsif ($name eq 'enquire_link') {
            $c->enquire_link_resp(seq => $pdu->{seq});
        } elsif ($name eq 'unbind') {
            $c->unbind_resp(seq => $pdu->{seq});
            return;
        }
    }
}

my $listening = Net::SMPP->new_listen('127.0.0.1', port => 0, smpp_version => 0x34, interface_version => 0x34,
                                      async => 1) or die "no SMSC: $!";
say_json({ port => $listening->sockport });
while (1) {
    my $c = $listening->accept or next;
    serve($c);
    close $c;
}
